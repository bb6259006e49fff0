import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { agentOf, backlogOf, configOf, makeProject } from '../support/project.ts'

/** Enters the gate of a store as a writer does, says so, and is stopped there. */
const stopsInside = `
  const locks = require('fs-native-extensions')
  const fd = require('node:fs').openSync(process.argv[1], 'a+')
  if (!locks.tryLock(fd, { shared: true })) process.exit(1)
  process.stdout.write('inside', () => process.kill(process.pid, 'SIGSTOP'))
  setInterval(() => undefined, 1000)
`

test('who waits for a process that is stopped while it writes is told which, and how to go on', {
  timeout: 60_000,
}, async () => {
  const project = makeProject({
    'loopwork.config.json': configOf(agentOf('0')),
    'tasks.json': backlogOf({ id: 'T-1', title: 'One' }),
  })
  expect((await project.loopwork('start')).code).toBe(0)
  const gate = join(project.folder, '.loopwork-state/store/gate')
  const holder = spawn(process.execPath, ['-e', stopsInside, gate], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => {
    holder.kill('SIGKILL')
  })
  await once(holder.stdout, 'data')

  const asked = project.begin('status', '--json')
  const [told] = await once(asked.stderr as NodeJS.ReadableStream, 'data')
  expect(String(told)).toContain(`process ${holder.pid} is stopped while it writes there`)
  expect(String(told)).toContain(`kill -CONT ${holder.pid}`)
  holder.kill('SIGKILL')
  const { code, out } = await asked.answer
  expect(code).toBe(0)
  expect(JSON.parse(out).tasks.counts).toEqual({ completed: 1 })
})
