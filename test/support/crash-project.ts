import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { openLmdbStore, type Store } from '../../src/adapters/lmdb/store.ts'
import type { Fact } from '../../src/events/catalogue.ts'
import { taskOf } from '../../src/events/event.ts'
import { board } from '../../src/projections/board.ts'
import { costs, totalKey } from '../../src/projections/costs.ts'
import type { Totals } from '../../src/projections/money.ts'
import type { Projection } from '../../src/projections/projection.ts'
import type { TaskRow } from '../../src/projections/task-row.ts'
import { openView } from '../../src/runtime/views.ts'

/** How one life of the program under test ended. */
export type LifeEnd = {
  readonly code: number | null
  readonly signal: string | null
  readonly errors: string
}

export type CrashProject = {
  /** Runs `start` or `resume` until it ends; `breakAt` as in the fixture; `killAfterMs` from the outside. */
  live(
    command: 'start' | 'resume',
    how?: { readonly breakAt?: string; readonly killAfterMs?: number },
  ): Promise<LifeEnd>
  /** Goes on until a life ends by itself; gives the number of lives. */
  finish(how?: { readonly breakAt?: string }): Promise<number>
  /** What all of it came to, without anything that depends on time. */
  outcome(): Promise<Outcome>
  /** What went wrong on the way: agents that met, tasks done twice, acknowledged events that are gone. */
  problems(): Promise<readonly string[]>
  /** Appends that the unbroken run makes. */
  appends(): number
  /** The most attempts that were open at one time. */
  mostAtOnce(): Promise<number>
}

export type Outcome = {
  readonly tasks: readonly { readonly id: string; readonly state: string; readonly attempts: number }[]
  readonly file: unknown
  readonly tokens: unknown
}

/** A project of `count` tasks, of which each fourth depends on the one before and each fifth fails once. */
export function makeCrashProject(
  folder: string,
  program: string,
  count: number,
  { workMs = 20, parallel = 1 } = {},
): CrashProject {
  const tasks = Array.from({ length: count }, (_, nth) => ({
    id: `T-${nth + 1}`,
    title: `Task ${nth + 1}`,
    description: 'Do it.',
    status: 'pending',
    priority: ['high', 'medium', 'low'][nth % 3],
    ...(nth % 4 === 3 ? { dependsOn: [`T-${nth}`] } : {}),
  }))
  mkdirSync(join(folder, 'seen'))
  writeFileSync(join(folder, 'tasks.json'), JSON.stringify({ tasks }, null, 2))
  const agent = [
    process.execPath,
    resolve('test/fixtures/crash/agent.mjs'),
    join(folder, 'seen'),
    String(workMs),
  ]
  const config = {
    backend: { type: 'json', tasksFile: 'tasks.json' },
    cli: 'command',
    command: { file: agent[0], args: agent.slice(1) },
    maxIterations: 1000,
    parallel,
    retryDelay: 10,
    verify: [process.execPath, '-e', 'process.exit(0)'],
  }
  writeFileSync(join(folder, 'loopwork.config.json'), JSON.stringify(config))
  const acknowledged = join(folder, 'acknowledged.txt')
  let appends = 0

  const live: CrashProject['live'] = async (command, { breakAt = '', killAfterMs } = {}) => {
    const child = spawn(process.execPath, [program, command, '--quiet'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        LOOPWORK_TEST_BREAK: breakAt,
        LOOPWORK_TEST_ACKNOWLEDGED: acknowledged,
        LOOPWORK_TEST_KEEPER: resolve('dist/keeper.js'),
        LOOPWORK_TEST_LIBRARY: resolve('dist/index.js'),
      },
    })
    let errors = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        errors += chunk
      })
    }
    const timer = killAfterMs === undefined ? null : setTimeout(() => child.kill('SIGKILL'), killAfterMs)
    const [code, signal] = await once(child, 'close')
    if (timer) clearTimeout(timer)
    return { code, signal, errors }
  }

  const opened = async <T>(use: (store: Store) => Promise<T>): Promise<T> => {
    const store = await openLmdbStore({
      path: join(folder, '.loopwork-state/store'),
      clock: { now: () => new Date() },
      newId: () => 'none',
    })
    try {
      return await use(store)
    } finally {
      await store.close()
    }
  }

  const factsIn = async ({ log }: Store): Promise<readonly Fact[]> => {
    const facts: Fact[] = []
    for await (const batch of log.readAfter(0)) facts.push(...batch)
    return facts
  }

  return {
    live,
    finish: async ({ breakAt = '' } = {}) => {
      let command: 'start' | 'resume' = 'resume'
      for (let lives = 1; ; lives += 1) {
        const { code, signal, errors } = await live(command, { breakAt })
        command = /nothing has run there yet/.test(errors) ? 'start' : 'resume'
        if (signal === 'SIGKILL' || command === 'start') continue
        if (code === 0 || /there is nothing to resume/.test(errors)) return lives
        throw new Error(`a resumed run ended with ${code ?? signal}: ${errors}`)
      }
    },
    outcome: () =>
      opened(async (store) => {
        const rows = await (await caughtUp(board, store)).rows<TaskRow>('task/')
        const totals = await (await caughtUp(costs, store)).row<Totals>(totalKey)
        return {
          tasks: [...rows.values()].map(({ id, state, attempts: tried }) => ({ id, state, attempts: tried })),
          file: JSON.parse(readFileSync(join(folder, 'tasks.json'), 'utf8')),
          tokens: { models: totals?.models, attempts: totals?.attempts },
        }
      }),
    problems: () =>
      opened(async (store) => {
        const journal = readFileSync(join(folder, 'seen/journal.txt'), 'utf8').split('\n')
        const facts = await factsIn(store)
        const most = mostOpen(facts)
        return [
          ...journal.filter((line) => /^(DOUBLE|AGAIN)/.test(line)),
          ...lostOf(acknowledged, facts),
          ...twiceCompleted(facts),
          ...(most > parallel ? [`${most} attempts were open at once`] : []),
        ]
      }),
    appends: () => appends,
    mostAtOnce: () => opened(async (store) => mostOpen(await factsIn(store))),
  }

  function lostOf(path: string, facts: readonly Fact[]): string[] {
    const ids = new Map(facts.map(({ position, id }) => [String(position), id]))
    const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : []
    appends = lines.filter((line) => line === 'append').length
    return lines.filter((line) => {
      if (line === 'append') return false
      const [position = '', id] = line.split(' ')
      return ids.get(position) !== id
    })
  }
}

async function caughtUp(projection: Projection, { log, views }: Store) {
  const view = await openView(projection, { log, store: views })
  await view.catchUp()
  return view
}

const closing = new Set([
  'task.attemptFailed',
  'task.attemptAbandoned',
  'task.verificationFailed',
  'task.completed',
])

function mostOpen(facts: readonly Fact[]): number {
  const open = new Set<string>()
  let most = 0
  for (const { stream, event } of facts) {
    if (event.type === 'task.claimed') open.add(stream)
    if (closing.has(event.type)) open.delete(stream)
    most = Math.max(most, open.size)
  }
  return most
}

function twiceCompleted(facts: readonly Fact[]): string[] {
  const seen = new Set<string>()
  return facts
    .filter(({ event }) => event.type === 'task.completed')
    .flatMap(({ stream }) => {
      const { id } = taskOf(stream)
      const isSecond = seen.has(id)
      seen.add(id)
      return isSecond ? [`${id} was completed twice`] : []
    })
}
