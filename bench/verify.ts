// What checking the whole store costs, against decoding its events.
import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { openStore } from './events.ts'
import { report, whole } from './figure.ts'
import { projectWith, storeOf } from './million.ts'

const program = resolve('dist/cli/main.js')
const lengths = [100_000, 1_000_000] as const
/** A check decodes each event twice, hashes it and folds it into five views and through its chart. */
const most = 12
const mostGrowth = 1.5

async function decode(project: string): Promise<number> {
  const store = await openStore(storeOf(project))
  const start = performance.now()
  let count = 0
  for await (const batch of store.log.readAfter(0)) count += batch.length
  const took = performance.now() - start
  await store.close()
  return (count / took) * 1000
}

/**
 * Tells, at its end, the most memory that a process has taken for itself, in bytes, and how long it lived. The
 * pages of the store that the system has in memory anyway do not count.
 */
const measured = `let most = 0
  const look = () => {
    const { heapUsed, external } = process.memoryUsage()
    most = Math.max(most, heapUsed + external)
  }
  setInterval(look, 50).unref()
  process.on('exit', () => process.stderr.write(most + ' ' + performance.now()))`

/** Events per second, and the most memory that the process had, in MB. */
function verify(project: string, events: number): { perSecond: number; megabytes: number } {
  const flag = `--import=data:text/javascript,${encodeURIComponent(measured)}`
  const words = [flag, program, 'verify', storeOf(project), '--here', '--json']
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd: project, encoding: 'utf8' })
  const { checks } = JSON.parse(stdout) as { checks: { checked: number; flaw: unknown }[] }
  const isGood = status === 0 && checks.length === 4 && checks.every(({ flaw }) => flaw === null)
  if (!isGood || (checks[0]?.checked ?? 0) < events) throw new Error(`verify said ${stdout}`)
  const [bytes = 0, took = 0] = stderr.trim().split(' ').map(Number)
  return { perSecond: (events / took) * 1000, megabytes: bytes / 1e6 }
}

const memory: number[] = []
for (const events of lengths) {
  const project = await projectWith(events)
  spawnSync(process.execPath, [program, 'status'], { cwd: project }) // leaves views to be compared
  const peer = await decode(project)
  const ours = verify(project, events)
  memory.push(ours.megabytes)
  report({
    name: `verify, ${whole(events)} events, at most ${whole(ours.megabytes)} MB`,
    ours: `${whole(ours.perSecond)}/s`,
    peer: `decoding alone ${whole(peer)}/s`,
    ratio: (peer / ours.perSecond).toFixed(2),
    aim: `< ${most.toFixed(2)}`,
    isMet: peer / ours.perSecond < most,
  })
}

const [short = 0, long = 0] = memory
report({
  name: 'memory of verify, ten times the events',
  ours: `${whole(long)} MB`,
  peer: `${whole(short)} MB`,
  ratio: (long / short).toFixed(2),
  aim: `< ${mostGrowth.toFixed(2)}`,
  isMet: long / short < mostGrowth,
})
