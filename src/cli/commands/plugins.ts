import type { App } from '../../app.ts'
import { LoopworkError } from '../../errors.ts'
import type { PluginStatus } from '../../plugins/overview.ts'
import type { Action, Surroundings } from '../command.ts'
import { findState } from '../find-state.ts'
import { hasStore, withApp } from '../open-store.ts'

type Options = {
  action: string
  name?: string | undefined
  position?: number | undefined
  namespace?: string | undefined
  json?: boolean
}

/** Which plugins there are and how they fare, and what is to become of what they could not deliver. */
export const plugins: Action<Options> = {
  options: (yargs) =>
    yargs
      .positional('action', {
        choices: ['list', 'retry', 'skip'] as const,
        default: 'list',
        describe: 'list; retry what waits for a person; skip what is parked',
      })
      .positional('name', { type: 'string', describe: 'The plugin to retry or skip for' })
      .positional('position', {
        type: 'number',
        describe: 'Only this event; otherwise all of the plugin',
      }) as never,
  run: async (options, surroundings) => {
    const place = findState(surroundings.io)
    if (!hasStore(place.stateDir)) return show([], surroundings, options)
    return withApp(place, surroundings.io, async (app) => {
      const { overview } = await import('../../plugins/overview.ts')
      const all = await overview(app.plugins, options.namespace)
      return options.action === 'list'
        ? show(all, surroundings, options)
        : decide(app, all, options, surroundings)
    })
  },
}

async function show(
  all: readonly PluginStatus[],
  { print }: Surroundings,
  { json }: Options,
): Promise<number> {
  if (json) {
    print.json({ schema: 'loopwork/plugins@1', plugins: all })
    return 0
  }
  if (all.length === 0) {
    print.line('No plugin has run here yet. How to write one: docs/plugins.md')
    return 0
  }
  print.table(
    ['Plugin', 'Namespace', 'State', 'Errors', 'Refused', 'Parked', 'Problem'],
    all.map(({ plugin, namespace, state, errors, refused, throttled, parked, problem }) =>
      [plugin, namespace, state, errors, refused + throttled, parked.length, problem ?? ''].map(String),
    ),
  )
  const parked = all.flatMap(({ plugin, parked: its }) => its.map((one) => ({ plugin, ...one })))
  if (parked.length === 0) return 0
  print.line()
  print.table(
    ['Parked for', 'Event', 'Type', 'Of', 'Tries', 'Problem'],
    parked.map(({ plugin, position, type, subject, tries, problem, isWanted }) =>
      [plugin, position, type, subject, isWanted ? `${tries}, again soon` : tries, problem].map(String),
    ),
  )
  print.line(
    '\nTry again: loopwork plugins retry <plugin> [event]; let go: loopwork plugins skip <plugin> [event]',
  )
  return 0
}

async function decide(
  app: App,
  all: readonly PluginStatus[],
  { action, name, position, json }: Options,
  { print }: Surroundings,
): Promise<number> {
  const meant = all.filter(({ plugin }) => plugin === name)
  if (!name || meant.length === 0) throw unknown(name, all)
  if (action === 'retry' && meant.every(({ state }) => state === 'removed')) throw removed(name)
  const { parkedKey, parkedRow, retryKey } = await import('../../plugins/parked.ts')
  const { ownerOf } = await import('../../plugins/reports.ts')
  let changed = 0
  for (const { namespace, plugin, parked } of meant) {
    const chosen = parked.filter((one) => position === undefined || one.position === position)
    const rows = chosen.map((one) =>
      action === 'skip'
        ? ([parkedKey(one.position), undefined] as const)
        : parkedRow({ ...one, isWanted: true }),
    )
    const wake = action === 'retry' ? [[retryKey, true] as const] : []
    await app.plugins.put(ownerOf(namespace, plugin), [...rows, ...wake])
    changed += chosen.length
  }
  if (position !== undefined && changed === 0) {
    throw new LoopworkError('not_found', `${name} has nothing parked at ${position}`, {
      hint: '`loopwork plugins` shows what is parked.',
    })
  }
  if (json) print.json({ schema: 'loopwork/plugins-changed@1', plugin: name, action, events: changed })
  else print.line(whatWasDone(action, name, changed))
  return 0
}

function whatWasDone(action: string, name: string, changed: number): string {
  const events = (what: string): string => `${changed} ${what}${changed === 1 ? '' : 's'}`
  if (action === 'skip') return `${events('event')} ${changed === 1 ? 'is' : 'are'} let go of`
  return `${name} tries again, ${events('parked event')} included: at once if a loop runs, else with the next`
}

function removed(name: string): LoopworkError {
  return new LoopworkError('rejected', `${name} is not configured any more`, {
    hint: `Put it back and start a run, or let go of what is parked: loopwork plugins skip ${name}`,
  })
}

function unknown(name: string | undefined, all: readonly PluginStatus[]): LoopworkError {
  const names = [...new Set(all.map(({ plugin }) => plugin))].join(', ')
  return new LoopworkError('not_found', name ? `there is no plugin ${name}` : 'say for which plugin', {
    hint: names ? `There are ${names}.` : 'No plugin has run here yet.',
  })
}
