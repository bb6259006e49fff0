import type { App } from '../../app.ts'
import { type Adopted, adoptFollowUps } from '../../daemon/adopt-follow-ups.ts'
import { withDesk } from '../../daemon/with-desk.ts'
import { LoopworkError } from '../../errors.ts'
import { type TaskStream, taskOf } from '../../events/event.ts'
import {
  inOrderFound,
  type OpenFollowUp,
  openFollowUps,
  followUps as view,
} from '../../projections/follow-ups.ts'
import { openView } from '../../runtime/views.ts'
import type { Action, Surroundings } from '../command.ts'
import { findState } from '../find-state.ts'
import { openProject, type Project } from '../open-project.ts'
import { hasStore, withApp, withStoreHere } from '../open-store.ts'
import { keepAllWords } from '../words.ts'

type Options = {
  action?: string | undefined
  keys?: (string | number)[] | undefined
  all?: boolean
  reason?: string | undefined
  json?: boolean
}

/** `follow-ups` lists what attempts have left; `accept` makes tasks of it, `dismiss` lets go of it. */
export const followUps: Action<Options> = {
  options: (yargs) =>
    keepAllWords(yargs)
      .positional('action', {
        type: 'string',
        choices: ['list', 'accept', 'dismiss'],
        default: 'list',
        describe: 'list, accept, dismiss',
      })
      .positional('keys', { type: 'string', array: true, describe: 'Which, by key or the beginning of one' })
      .option('all', { type: 'boolean', describe: 'accept, dismiss: all of them' })
      .option('reason', { type: 'string', describe: 'dismiss: why, for the record' }) as never,
  run: async (options, surroundings) => {
    const { action = 'list', json } = options
    const { io, print } = surroundings
    if (action === 'list') {
      const place = findState(io)
      const open = hasStore(place.stateDir) ? await withApp(place, io, openOnes) : []
      if (json) print.json({ schema: 'loopwork/follow-ups@1', followUps: open.map(publicForm) })
      else list(open, surroundings)
      return 0
    }
    const project = await openProject(options as never, surroundings)
    const settled = await withStoreHere(project, io, async (app) => {
      const meant = chosen(await openOnes(app), options)
      return action === 'accept'
        ? accept(app, project, meant)
        : dismiss(app, meant, options.reason ?? 'dismissed on the command line')
    })
    if (json) print.json({ schema: 'loopwork/follow-ups-settled@1', action, followUps: settled })
    else for (const one of settled) print.line(inWords(one))
    return 0
  },
}

async function openOnes(app: App): Promise<OpenFollowUp[]> {
  const rows = await (await app.view(view)).rows<OpenFollowUp>(openFollowUps)
  return inOrderFound(rows.values())
}

function chosen(open: readonly OpenFollowUp[], { keys = [], all = false }: Options): readonly OpenFollowUp[] {
  if (all) return open
  if (keys.length === 0) {
    throw new LoopworkError('invalid', 'which follow-ups are meant?', {
      hint: 'Name them by their keys, or take --all. `loopwork follow-ups` lists them.',
    })
  }
  return keys.map((key) => {
    const [found, other] = open.filter((one) => one.key.startsWith(String(key)))
    if (found && !other) return found
    throw new LoopworkError(
      'not_found',
      `${other ? 'more than one follow-up begins' : 'no follow-up that is open begins'} with ${key}`,
      {
        hint: '`loopwork follow-ups` lists those that are open.',
      },
    )
  })
}

function accept(app: App, { settings }: Project, meant: readonly OpenFollowUp[]): Promise<Adopted[]> {
  return withDesk(app, settings, 'cli', async (user) => {
    const found = await openView(view, { log: app.log, store: app.store })
    await found.catchUp()
    return adoptFollowUps(user, meant, { settings, found, isByPerson: true })
  })
}

async function dismiss(app: App, meant: readonly OpenFollowUp[], reason: string): Promise<Adopted[]> {
  const dispatch = await app.dispatch({ by: 'cli' })
  for (const { stream, key, title } of meant) {
    const command = { type: 'settleFollowUp', key, title, outcome: { refused: reason } } as const
    await dispatch([{ stream: stream as TaskStream, command }])
  }
  return meant.map(({ key, title }) => ({ key, title, id: null, why: reason }))
}

function inWords({ title, id, why }: Adopted): string {
  if (why !== null) return `Not added: ${title} (${why})`
  return id === null ? `Added as soon as the backlog can be reached: ${title}` : `Added ${id}: ${title}`
}

function publicForm({ key, stream, attempt, title, description, priority, isPart, since }: OpenFollowUp) {
  return { key, task: taskOf(stream).id, attempt, title, description, priority, isPart, since }
}

function list(open: readonly OpenFollowUp[], { print }: Surroundings): void {
  if (open.length === 0) {
    print.line('No attempt has left anything that waits for you.')
    return
  }
  print.table(
    ['Key', 'Task', 'Title', 'Priority'],
    open.map(({ key, stream, title, priority }) => [key, taskOf(stream).id, title, priority ?? '']),
  )
  print.note('Take one over with `loopwork follow-ups accept KEY`, or let go of it with `dismiss KEY`.')
}
