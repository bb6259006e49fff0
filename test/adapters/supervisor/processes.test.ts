import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { createProcesses, startIn } from '../../../src/adapters/supervisor/processes.ts'
import { below } from '../../../src/adapters/supervisor/sweep.ts'

const processes = createProcesses()

test('a process lives until it ends', async () => {
  const child = spawn('sleep', ['300'])
  const identity = processes.identify(child.pid ?? 0)
  if (!identity) throw new Error('it cannot be identified')
  expect(identity.pid).toBe(child.pid)
  expect(processes.isAlive(identity)).toBe(true)
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(processes.isAlive(identity)).toBe(false)
  expect(processes.identify(identity.pid)).toBe(null)
})

test('this process knows itself, and every observer sees the same', () => {
  expect(createProcesses().self).toEqual(processes.self)
  expect(processes.isAlive(processes.self)).toBe(true)
})

test.each([
  ['start', { start: '1' }],
  ['boot', { boot: 'another' }],
  ['host', { host: 'another' }],
])('a process with another %s is another process', (_, changes) => {
  expect(processes.isAlive({ ...processes.self, ...changes })).toBe(false)
})

test('the start of a process is found behind a name that looks like the rest, and a zombie has none', () => {
  const rest = (state: string) => `${state} ${Array.from({ length: 40 }, (_, index) => index + 4).join(' ')}`
  expect(startIn(`7 (a) R 1 (b) ${rest('S')}`)).toBe('22')
  expect(startIn(`7 (sh) ${rest('Z')}`)).toBe(null)
  expect(startIn(`7 (sh) ${rest('X')}`)).toBe(null)
})

test('what descends from a process is found in a table of parents', () => {
  const table = '    1     0\n   10     1\n   11    10\n   12    11\n   13     1\n   14    10\n'
  expect(below(10, table).sort()).toEqual([11, 12, 14])
  expect(below(12, table)).toEqual([])
})
