import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { loopStream, taskStream } from '../src/events/event.ts'
import type { Write } from '../src/ports/event-log.ts'
import { attemptOf, context, openStore, queued } from './events.ts'
import { whole } from './figure.ts'
import { cacheFolder } from './folders.ts'

/** Raised when the generated events change, so that an older store is not taken for them. */
const generation = 2

/** Every task has this many events unless asked otherwise: it is offered, fails once, and is done at the second attempt. */
const eventsPerTask = 100
/** How many tasks are written at once. */
const tasksPerAppend = 5

/** A project whose log holds so many events of tasks; made once and kept. The folder to work in. */
export async function projectWith(events: number, each = eventsPerTask): Promise<string> {
  const folder = join(
    cacheFolder,
    `project-${generation}-${events}${each === eventsPerTask ? '' : `-${each}`}`,
  )
  if (existsSync(folder)) return folder
  const start = performance.now()
  console.log(`  writing a log of ${whole(events)} events`)
  const unfinished = `${folder}.unfinished`
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(join(unfinished, '.git'), { recursive: true }) // marks the root of a project
  const store = await openStore(storeOf(unfinished))
  const tasks = events / each
  await store.log.append([begin(tasks)], {
    ...context,
    fence: { name: loopStream('default'), token: 1, raise: true },
  })
  for (let first = 0; first < tasks; first += tasksPerAppend) {
    const nths = Array.from({ length: Math.min(tasksPerAppend, tasks - first) }, (_, nth) => first + nth)
    await store.log.append(
      nths.map((nth) => lifeOf(nth, each)),
      context,
    )
  }
  const stream = loopStream('default')
  const stopped = { session: context.session ?? '', reason: 'done', detail: 'all tasks are done' } as const
  const end: Write = { stream, expectedVersion: 1, events: [{ type: 'loop.stopped', data: stopped }] }
  await store.log.append([end], context)
  await store.close()
  renameSync(unfinished, folder)
  console.log(`  written in ${whole((performance.now() - start) / 1000)} s`)
  return folder
}

/** Where the store of a project is. */
export function storeOf(project: string): string {
  return join(project, '.loopwork-state', 'store')
}

function lifeOf(nth: number, each: number): Write {
  const half = (each - 2) / 2
  return {
    stream: taskStream('json:tasks.json', `SET-${nth}`),
    expectedVersion: 0,
    events: [queued(nth), ...attemptOf(nth, 1, half, false), ...attemptOf(nth, 2, half + 1, true)],
  }
}

function begin(tasks: number): Write {
  const data = {
    session: context.session ?? '',
    epoch: 1,
    holder: {
      pid: 4711,
      start: '4812345',
      boot: '8d4a4c7e-3c1c-4a57-9c51-5f0f8a6d3f1e',
      host: 'workstation',
    },
    files: 'runs/default/2026-01-02T03-04-05Z',
    resumes: null,
    options: {
      backend: 'json',
      backlog: 'json:tasks.json',
      feature: null,
      startFrom: null,
      maxIterations: tasks,
      timeoutMs: 600_000,
      cli: 'claude',
      model: 'sonnet',
    },
    args: ['start'],
    cwd: '/home/dev/repo',
    mode: 'foreground' as const,
    version: '1.0.0',
  }
  return { stream: loopStream('default'), expectedVersion: 0, events: [{ type: 'loop.started', data }] }
}
