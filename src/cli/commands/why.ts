import type { App } from '../../app.ts'
import { LoopworkError } from '../../errors.ts'
import { taskStream } from '../../events/event.ts'
import { board } from '../../projections/board.ts'
import { type LoopRow, loops, sessionOwnerPrefix } from '../../projections/loops.ts'
import type { TaskRow } from '../../projections/task-row.ts'
import { duration, instantText } from '../../projections/wording.ts'
import type { Action, Surroundings } from '../command.ts'
import { findState } from '../find-state.ts'
import { namespaceOf } from '../namespace.ts'
import { hasStore, withApp } from '../open-store.ts'
import type { Print } from '../print.ts'
import { backlogLines } from '../why/backlog-why.ts'
import { loopWhy } from '../why/loop-why.ts'
import { sceneOf, tellingsOf } from '../why/situation.ts'
import { taskWhy } from '../why/task-why.ts'
import type { Why } from '../why/why.ts'

type Options = {
  subject?: string | undefined
  namespace?: string | undefined
  config?: string | undefined
  json?: boolean
}

/** Why a loop or a task is running or not: read from the log, and decided as the loop decides. */
export const why: Action<Options> = {
  options: (yargs) =>
    yargs.positional('subject', { type: 'string', describe: 'A namespace, or the id of a task' }) as never,
  run: async (options, surroundings) => {
    const { io, print } = surroundings
    const place = findState(io)
    if (!hasStore(place.stateDir)) throw nothingYet()
    await withApp(place, io, async (app) => {
      const found = await answer(app, options, surroundings)
      if (options.json) print.json(found)
      else show(found, app.clock.now(), print)
    })
    return 0
  },
}

async function answer(app: App, options: Options, surroundings: Surroundings): Promise<Why> {
  const { subject } = options
  const rows = await (await app.view(loops)).rows<LoopRow>('')
  const all = [...rows].flatMap(([key, row]) => (key.startsWith(sessionOwnerPrefix) ? [] : row))
  if (subject === undefined && all.length === 0) throw nothingYet()
  const isOpen = !(subject || options.namespace || surroundings.io.env.LOOPWORK_NAMESPACE)
  const [first] = all
  if (isOpen && first && all.length === 1) return loopWhy(await sceneOf(app, first))
  const wanted = subject ?? (await namespaceOf(options, surroundings))
  const loop = all.find((row) => row.namespace === wanted)
  if (loop) return loopWhy(await sceneOf(app, loop))
  const task = subject === undefined ? null : await findTask(app, all, subject)
  if (!task) throw unknown(wanted, all)
  const owner = ownerOf(task, all)
  const tellings = (await tellingsOf(app, task.backlog)).filter(({ stream }) => stream === task.stream)
  return taskWhy(task, owner ? await sceneOf(app, owner) : null, tellings)
}

/** The loop whose doing it is: the one that has an attempt at it, or else one that works off its backlog. */
function ownerOf({ open, backlog }: TaskRow, all: readonly LoopRow[]): LoopRow | undefined {
  const those = all.filter(({ options }) => options.backlog === backlog)
  return (
    all.find(({ namespace }) => open && !open.done && namespace === open.namespace) ??
    those.find(({ state }) => state !== 'stopped') ??
    those[0]
  )
}

/** By its key in the backlogs that loops have worked off; only then among all tasks. */
async function findTask(app: App, all: readonly LoopRow[], id: string): Promise<TaskRow | undefined> {
  const view = await app.view(board)
  for (const { options } of all) {
    const row = await view.row<TaskRow>(taskStream(options.backlog, id))
    if (row) return row
  }
  return [...(await view.rows<TaskRow>('task/')).values()].find((row) => row.id === id)
}

function nothingYet(): LoopworkError {
  return new LoopworkError('not_found', 'nothing has run here yet', { hint: 'Begin with `loopwork start`.' })
}

function unknown(wanted: string, all: readonly LoopRow[]): LoopworkError {
  const names = all.map(({ namespace }) => namespace).join(', ')
  return new LoopworkError('not_found', `neither a namespace nor a task is called ${wanted}`, {
    hint: `Namespaces: ${names || 'none'}. Tasks: \`loopwork task list\`.`,
  })
}

/** In one screen. */
function show(found: Why, now: Date, print: Print): void {
  const { of, name, state, since, because, waitsFor, until, next, ways } = found
  const { paint } = print
  const age = since
    ? ` for ${duration(now.getTime() - new Date(since).getTime())}, since ${instantText(since)}`
    : ''
  print.line(`${of === 'loop' ? 'The loop' : 'The task'} ${paint.bold(name)} is ${paint.bold(state)}${age}.`)
  print.line(`Because    ${because}`)
  list('Waits for', waitsFor, print)
  if (until) print.line(`Until      ${instantText(until)}, ${untilText(until, now)}`)
  if (next) print.line(`Then       ${nextText(found, next.detail)} (rule: ${next.rule})`)
  if (next?.until)
    print.line(`           not before ${instantText(next.until)}, ${untilText(next.until, now)}`)
  list('Backlog', backlogLines(found.backlog, now), print)
  const acts = ways.map(({ what, command }) => (command ? `${what}: ${paint.cyan(command)}` : what))
  list('You can', acts, print)
}

function list(title: string, lines: readonly string[], print: Print): void {
  for (const [nth, line] of lines.entries()) print.line(`${(nth === 0 ? title : '').padEnd(11)}${line}`)
}

function nextText({ of, state, next }: Why, detail: string): string {
  const who = of === 'task' ? 'the loop' : 'it'
  const isGoing = state !== 'stopped' && state !== 'crashed'
  const does = next?.rule === 'pause' || next?.does === 'claim' ? detail : `would ${next?.does}: ${detail}`
  return isGoing ? `${who} ${does}` : `if it is started, ${who} ${does}`
}

function untilText(at: string, now: Date): string {
  const left = new Date(at).getTime() - now.getTime()
  return left > 0 ? `in ${duration(left)}` : `${duration(-left)} ago`
}
