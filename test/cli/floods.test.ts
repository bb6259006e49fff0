import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createProcesses } from '../../src/adapters/supervisor/processes.ts'
import { agentOf, backlogOf, configOf, makeProject, type Project } from '../support/project.ts'

const megabyte = 1 << 20
const floodBytes = 256 * megabyte

/** Prints a little, then a flood; after each it says so with a file and waits for another. */
const floods = `
const { existsSync, writeFileSync } = require('node:fs')
const { once } = require('node:events')
process.stdin.resume()
const line = 'flood '.repeat(20) + '\\n'
const block = line.repeat(540)
const print = async (bytes) => {
  for (let left = bytes; left > 0; left -= block.length)
    if (!process.stdout.write(block)) await once(process.stdout, 'drain')
}
const wait = async (name) => {
  writeFileSync('did-' + name, String(process.ppid))
  while (!existsSync('go-' + name)) await new Promise((resolve) => setTimeout(resolve, 20))
}
;(async () => {
  await print(${megabyte})
  await wait('little')
  await print(${floodBytes})
  await wait('flood')
})()
`

test.skipIf(!existsSync('/proc/self/status'))(
  'a flood of output goes to the disk, and through nobody’s memory',
  { timeout: 120_000 },
  async () => {
    const project = makeProject({
      'loopwork.config.json': configOf(agentOf(floods), { maxOutputBytes: 2 * floodBytes }),
      'tasks.json': backlogOf({ id: 'A', title: 'Flood' }),
    })
    const run = project.begin('start')
    const before = await memory(project, 'little', run.pid)
    project.write('go-little', '')
    const after = await memory(project, 'flood', run.pid)
    project.write('go-flood', '')
    expect((await run.answer).code).toBe(0)

    const [loop] = JSON.parse((await project.loopwork('status', '--json')).out).loops
    const output = join(project.folder, '.loopwork-state', loop.files, 'logs/iteration-1-output.txt')
    expect(statSync(output).size).toBeGreaterThan(floodBytes)
    expect(after.loopwork - before.loopwork).toBeLessThan(40 * megabyte)
    expect(after.keeper - before.keeper).toBeLessThan(40 * megabyte)
  },
)

test('more than the cap ends the attempt, and says so', async () => {
  const project = makeProject({
    'loopwork.config.json': configOf(agentOf(floods), { maxOutputBytes: 100_000, maxRetries: 0 }),
    'tasks.json': backlogOf({ id: 'A', title: 'Flood' }),
  })
  const { code, out } = await project.loopwork('start')
  expect(code).toBe(9)
  expect(out).toMatch(/A failed: .*100000|A failed: .*more/)
})

test('a timeout ends all that the agent started, whatever session that is in', async () => {
  const leaves = `
const { spawn } = require('node:child_process')
process.stdin.resume()
const far = "require('node:fs').writeFileSync('far', String(process.pid)); setInterval(() => {}, 60000)"
spawn('setsid', [process.execPath, '-e', far], { detached: true, stdio: 'inherit' }).unref()
setInterval(() => {}, 60000)
`
  const project = makeProject({
    'loopwork.config.json': configOf(agentOf(leaves), { timeout: 6, maxRetries: 0 }),
    'tasks.json': backlogOf({ id: 'A', title: 'Hang' }),
  })
  const { code, out } = await project.loopwork('start')
  expect(code).toBe(9)
  expect(out).toMatch(/A failed: it ran longer than it may/)
  expect(createProcesses().identify(Number(project.read('far')))).toBeNull()
})

/** The most memory that loopwork and the keeper have had so far, once the agent has come to a point. */
async function memory(project: Project, point: string, loopwork: number | undefined) {
  const file = join(project.folder, `did-${point}`)
  await expect.poll(() => existsSync(file) && readFileSync(file, 'utf8'), { timeout: 90_000 }).toMatch(/\d/)
  const peak = (pid: string | number | undefined): number =>
    Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024
  return { loopwork: peak(loopwork), keeper: peak(readFileSync(file, 'utf8')) }
}
