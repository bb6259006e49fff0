import type { App } from '../app.ts'
import type { Jobs } from '../ports/jobs.ts'
import type { Processes } from '../ports/processes.ts'
import type { SessionFiles } from '../ports/session-files.ts'
import { board } from '../projections/board.ts'
import { type LoopRow, loops } from '../projections/loops.ts'
import type { TaskRow } from '../projections/task-row.ts'
import { holderOf } from './take-namespace.ts'

/** What is needed to find out what runs, and to end it. */
export type Grip = {
  readonly app: App
  readonly processes: Processes
  readonly jobs: Jobs
  readonly files: Pick<SessionFiles, 'of'>
}

/** An agent, or a check, that runs on though its loop is gone. A new start would go on with it. */
export type Orphan = {
  readonly namespace: string
  readonly task: string
  readonly agent: string
  readonly iteration: number
  readonly since: string
  /** Of the agent; of its supervisor where the agent's was never written down. */
  readonly pid: number
  /** Names the job. */
  readonly key: string
}

/** Attempts whose loop is gone, of one namespace or of all; whether anything runs for them or not. */
async function abandonedAttempts({ app, processes }: Grip, namespace: string | null) {
  const loopView = await app.view(loops)
  const rows = [...(await (await app.view(board)).rows<TaskRow>('task/')).values()]
  const open = rows.flatMap((row) => (row.open ? { id: row.id, open: row.open } : []))
  const found: typeof open = []
  for (const each of open) {
    if (namespace !== null && each.open.namespace !== namespace) continue
    const loop = await loopView.row<LoopRow>(each.open.namespace)
    if ((await holderOf(app, processes, loop)) === 'gone') found.push(each)
  }
  return found
}

/** All agents and checks that run on without their loop. */
export async function findOrphans(grip: Grip, namespace: string | null): Promise<Orphan[]> {
  const orphans: Orphan[] = []
  for (const { id, open } of await abandonedAttempts(grip, namespace)) {
    const files = grip.files.of(open.files, open.iteration, true)
    for (const key of [files.job, files.verifyJob]) {
      const pid = await pidOf(grip, key)
      if (pid === null) continue
      const { namespace: owner, agent, iteration, since } = open
      orphans.push({ namespace: owner, task: id, agent, iteration, since, pid, key })
    }
  }
  return orphans
}

async function pidOf({ jobs, processes }: Grip, key: string): Promise<number | null> {
  const state = await jobs.look(key)
  if (state.is === 'running') return state.process?.pid ?? state.supervisor.pid
  if (state.is !== 'lost' || !state.process) return null
  return processes.isAlive(state.process) ? state.process.pid : null
}

/**
 * Ends whatever runs for the attempts of a loop that is gone, and sees to it that what has not begun never
 * does. Their ends are written by the next holder, who finds them stopped and puts their tasks back.
 */
export async function endOrphans(grip: Grip, namespace: string | null): Promise<void> {
  for (const { open } of await abandonedAttempts(grip, namespace)) {
    const files = grip.files.of(open.files, open.iteration, true)
    for (const key of [files.job, files.verifyJob]) {
      if (!(await grip.jobs.revoke(key))) await grip.jobs.stop(key)
    }
  }
}
