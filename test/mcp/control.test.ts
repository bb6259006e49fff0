import { expect, onTestFinished, test, vi } from 'vitest'
import { startMcp } from '../support/mcp-client.ts'
import { agentOf, backlogOf, configOf, makeProject } from '../support/project.ts'

vi.setConfig({ testTimeout: 120_000 })

test('a loop in the background is started, paused, let go on and stopped by a client that may', async () => {
  const waits = `setInterval(() => require('node:fs').existsSync('go') && process.exit(0), 20)`
  const project = makeProject({
    'loopwork.config.json': configOf(agentOf(waits)),
    'tasks.json': backlogOf({ id: 'T-1', title: 'One' }, { id: 'T-2', title: 'Two' }),
  })
  onTestFinished(async () => {
    await project.loopwork('kill')
  })
  const client = startMcp(project.folder, ['--allow-control'])
  await client.initialize()
  const loop = async () => (await client.call('loopwork_namespaces')).namespaces[0]
  const becomes = (state: string) => expect.poll(loop, { timeout: 60_000 }).toMatchObject({ state })

  expect(await client.call('loopwork_start')).toMatchObject({ success: true, namespace: 'default' })
  await becomes('running')
  const { pid } = await loop()
  expect(process.kill(pid, 0)).toBe(true)
  expect(await client.call('loopwork_start')).toMatchObject({ success: true, state: 'running' })
  expect((await loop()).pid).toBe(pid)

  expect(await client.call('loopwork_pause')).toMatchObject({ success: true, state: 'paused' })
  await becomes('paused')
  project.write('go', '')
  await expect
    .poll(() => client.call('loopwork_get_task', { taskId: 'T-1' }), { timeout: 60_000 })
    .toMatchObject({ status: 'completed' })
  expect(await client.call('loopwork_get_task', { taskId: 'T-2' })).toMatchObject({ status: 'pending' })
  expect(await client.call('loopwork_stop', { namespace: 'other' })).toMatchObject({ code: 'not_found' })

  expect(await client.call('loopwork_stop')).toMatchObject({ success: true, state: 'draining' })
  await becomes('stopped')
  expect(await loop()).toMatchObject({ isPaused: true, parallel: 1, pid: null })
  expect(await client.call('loopwork_continue')).toMatchObject({ success: true, state: 'stopped' })
  expect(await client.call('loopwork_pause')).toMatchObject({ success: true, state: 'stopped' })
  expect(await client.call('loopwork_pause', { namespace: 'other' })).toMatchObject({ code: 'not_found' })
  expect(await client.call('loopwork_start')).toMatchObject({ success: true, state: 'paused' })
  expect(await client.call('loopwork_continue')).toMatchObject({ success: true, state: 'running' })
  await expect
    .poll(() => client.call('loopwork_get_task', { taskId: 'T-2' }), { timeout: 60_000 })
    .toMatchObject({ status: 'completed' })
  expect(await client.close()).toBe(0)
})
