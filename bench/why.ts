// What `why` and `logs` cost with 100,000 events, against a bare start of Node.
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { median, report, whole } from './figure.ts'
import { cacheFolder } from './folders.ts'
import { projectWith } from './million.ts'
import { milliseconds, program } from './program.ts'

const events = 100_000
const rounds = 15
const most = 3

const project = await projectWith(events)
milliseconds([program, 'why'], project) // folds the views and keeps them
writeJournal(project)
const times = { node: [] as number[], loop: [] as number[], task: [] as number[], logs: [] as number[] }
for (let round = 0; round < rounds; round += 1) {
  times.node.push(milliseconds(['-e', '0'], cacheFolder))
  times.loop.push(milliseconds([program, 'why'], project))
  times.task.push(milliseconds([program, 'why', 'SET-3'], project))
  times.logs.push(milliseconds([program, 'logs', '--lines', '50'], project))
}
const node = median(times.node)
for (const [name, value] of [
  ['why', median(times.loop)],
  ['why of a task', median(times.task)],
  ['logs --lines 50', median(times.logs)],
] as const) {
  report({
    name: `${name}, ${whole(events)} events`,
    ours: `${value.toFixed(1)} ms`,
    peer: `node -e 0 ${node.toFixed(1)} ms`,
    ratio: (value / node).toFixed(2),
    aim: `< ${most.toFixed(2)}`,
    isMet: value / node < most,
  })
}

/** The log of the session, a line an event, as a run would have left it. */
function writeJournal(folder: string): void {
  const { stdout } = spawnSync(process.execPath, [program, 'status', '--json'], {
    cwd: folder,
    encoding: 'utf8',
  })
  const session = join(folder, '.loopwork-state', JSON.parse(stdout).loops[0].files)
  mkdirSync(session, { recursive: true })
  const line = '2026-01-02T03:04:05.678Z INFO  SET-0001 attempt 1 with claude (sonnet): give it a way back\n'
  writeFileSync(join(session, 'loopwork.log'), line.repeat(events))
}
