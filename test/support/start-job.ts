import { createJobs } from '../../src/adapters/supervisor/jobs.ts'
import { createProcesses } from '../../src/adapters/supervisor/processes.ts'
import { systemClock } from '../../src/adapters/system/clock.ts'

/** A program of its own that starts the job it is given and then waits to be killed. */
const [keeperFile = '', job = ''] = process.argv.slice(2)
const jobs = createJobs({
  keeperFile,
  processes: createProcesses(),
  clock: systemClock,
  newId: () => crypto.randomUUID(),
})
console.log(JSON.stringify(await jobs.start(JSON.parse(job))))
setInterval(() => undefined, 60_000)
