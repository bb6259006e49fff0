import { createSessionFiles } from '../../adapters/files/session-files.ts'
import { createJobs } from '../../adapters/supervisor/jobs.ts'
import { createProcesses } from '../../adapters/supervisor/processes.ts'
import type { App } from '../../app.ts'
import type { Grip } from '../../daemon/orphans.ts'
import type { Io } from '../io.ts'

/** A grip on all that runs for a project; it starts nothing. */
export function gripOn(app: App, { keeperFile }: Pick<Io, 'keeperFile'>): Grip {
  const processes = createProcesses()
  const jobs = createJobs({ keeperFile, processes, clock: app.clock, newId: app.newId })
  return { app, processes, jobs, files: createSessionFiles(app.stateDir) }
}
