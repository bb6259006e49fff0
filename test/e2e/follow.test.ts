import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createSessionFiles } from '../../src/adapters/files/session-files.ts'
import { assertCode, type DaemonProject, makeDaemonProject } from '../support/daemons.ts'
import { agentOf, backlogOf, configOf } from '../support/project.ts'

const lines = Number(process.env.LOOPWORK_TEST_LINES ?? 200_000)
/** Bare Node takes about 45 MB, and its heap grows to a few times what lives in it before it is swept. */
const flatMb = 220
const patience = { timeout: 120_000 + lines / 5 }

/** Counts lines that hold consecutive numbers, as they come from a process, and says where they do not. */
function counter(child: ReturnType<DaemonProject['begin']>) {
  let next = 1
  let rest = ''
  let wrong: string | null = null
  child.stdout?.removeAllListeners('data') // what is counted is not kept
  child.stdout?.on('data', (chunk: Buffer) => {
    const all = (rest + chunk.toString('latin1')).split('\n')
    rest = all.pop() ?? ''
    for (const line of all) {
      const number = Number(/line (\d+)$/.exec(line)?.[1])
      if (Number.isNaN(number)) continue
      if (number !== next) wrong ??= `${line} after ${next - 1}`
      next = number + 1
    }
  })
  return { seen: () => next - 1, wrong: () => wrong }
}

/** The most memory that a process ever had, in MB. */
function peakOf(pid: number | undefined): number {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
}

test(`${lines} lines that an agent prints are followed with flat memory`, patience, async () => {
  const script = `
    let n = 0
    const write = () => {
      while (n < ${lines}) {
        let text = ''
        for (let i = 0; i < 1000 && n < ${lines}; i += 1) text += 'line ' + (n += 1) + '\\n'
        if (!process.stdout.write(text)) return process.stdout.once('drain', write)
      }
      process.stdin.resume()
      setTimeout(() => {}, 600000)
    }
    const begin = () => (require('fs').existsSync('go') ? write() : setTimeout(begin, 20))
    begin()`
  const one = makeDaemonProject({
    'tasks.json': backlogOf({ id: 'T-1', title: 'Talk' }),
    'loopwork.config.json': configOf(agentOf(script), { maxOutputBytes: 4 * 2 ** 30 }),
  })
  assertCode(await one.loopwork('start', '-d'), 0)
  const { pid } = await one.until(
    'default',
    (_, { tasks }) => tasks.active.some(({ state }) => state === 'running'),
    'the agent runs',
  )
  const tail = one.begin('logs', '--task', 'T-1', '--follow', '--lines', '0')
  const count = counter(tail)
  await once(tail.stderr ?? tail, 'data') // it has said what it follows
  one.write('go', '')
  await expect.poll(count.seen, { timeout: patience.timeout }).toBe(lines)
  expect(count.wrong()).toBe(null)
  const supervisor = JSON.parse((await one.loopwork('processes', 'list', '--json')).out).processes.find(
    ({ kind }: { kind: string }) => kind === 'supervisor',
  )
  const peaks = { follower: peakOf(tail.pid), loop: peakOf(pid ?? 0), supervisor: peakOf(supervisor.pid) }
  console.log(`${lines} lines of output; most memory, in MB: ${JSON.stringify(peaks)}`)
  for (const peak of Object.values(peaks)) expect(peak).toBeLessThan(flatMb)
  tail.kill('SIGINT')
  assertCode(await tail.answer, 0)
  assertCode(await one.loopwork('kill', '--force'), 0)
  await expect.poll(() => one.running(), { timeout: 10_000 }).toEqual([])
})

test(`${lines} lines of a log that is rotated meanwhile are followed, each once`, patience, async () => {
  const one = makeDaemonProject({
    'tasks.json': backlogOf({ id: 'T-1', title: 'One' }),
    'loopwork.config.json': configOf(agentOf('')),
  })
  assertCode(await one.loopwork('start', '--quiet'), 0)
  const { files: folder } = await one.status('default')
  const tail = one.begin('logs', '--follow', '--lines', '0')
  const count = counter(tail)
  const files = createSessionFiles(join(one.folder, '.loopwork-state'), 1 << 20)
  await once(tail.stderr ?? tail, 'data') // it has said which log it follows
  await files.log(folder, ['line 1'])
  for (let from = 2; from <= lines; from += 1000) {
    const upTo = Math.min(lines, from + 999)
    await files.log(
      folder,
      Array.from(
        { length: upTo - from + 1 },
        (_, nth) => `2026-01-01T00:00:00.000Z INFO  x line ${from + nth}`,
      ),
    )
  }
  await expect.poll(count.seen, { timeout: patience.timeout }).toBe(lines)
  expect(count.wrong()).toBe(null)
  const peak = peakOf(tail.pid)
  console.log(`${lines} lines of a rotated log; most memory of the follower: ${peak} MB`)
  expect(peak).toBeLessThan(flatMb)
  tail.kill('SIGINT')
  assertCode(await tail.answer, 0)
})
