import type { App } from '../app.ts'
import type { Settings } from '../config/settings.ts'
import type { Jobs } from '../ports/jobs.ts'
import type { Processes } from '../ports/processes.ts'
import type { SessionFiles } from '../ports/session-files.ts'

/** What is needed to find out what runs, to end it, and to write down how it ended. */
export type Grip = {
  readonly app: App
  readonly processes: Processes
  readonly jobs: Jobs
  readonly files: SessionFiles
  /** What the project says of prices and of trying again; asked only where an attempt is written off. */
  terms(): Promise<Pick<Settings, 'prices' | 'retry'>>
}

/** The process of a job that runs, or was lost by its supervisor; null where nothing of it runs. */
export async function pidOf({ jobs, processes }: Pick<Grip, 'jobs' | 'processes'>, key: string) {
  const state = await jobs.look(key)
  if (state.is === 'running') return state.process?.pid ?? state.supervisor.pid
  if (state.is !== 'lost' || !state.process) return null
  return processes.isAlive(state.process) ? state.process.pid : null
}
