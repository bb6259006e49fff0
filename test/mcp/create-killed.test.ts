import { once } from 'node:events'
import { expect, test } from 'vitest'
import { bundle } from '../support/bundle.ts'
import { startMcp } from '../support/mcp-client.ts'
import { backlogOf, configOf, makeProject } from '../support/project.ts'

const program = await bundle('test/fixtures/crash/loopwork.ts')
const wanted = { title: 'Write it down', idempotencyKey: 'k-1' }

test.each(['task.queued', 'task.createdUnderKey'])(
  'a server killed before it writes %s has created the task once when it is asked again',
  async (step) => {
    const project = makeProject({
      'loopwork.config.json': configOf(['true']),
      'tasks.json': backlogOf({ id: 'T-1', title: 'One' }),
    })
    await project.loopwork('task')
    const doomed = startMcp(project.folder, [], { LOOPWORK_TEST_BREAK: `before:${step}` }, program)
    const ended = once(doomed.child, 'exit')
    await doomed.initialize()
    void doomed.call('loopwork_create_task', wanted)
    expect(await ended).toEqual([null, 'SIGKILL'])
    const written = JSON.parse(project.read('tasks.json')).tasks
    expect(written).toMatchObject([{ id: 'T-1' }, { title: wanted.title }])

    const client = startMcp(project.folder)
    await client.initialize()
    const again = await client.call('loopwork_create_task', wanted)
    expect(again).toEqual({ success: true, error: null, taskId: written[1].id, created: false })
    expect(await client.call('loopwork_create_task', wanted)).toEqual(again)
    const other = await client.call('loopwork_create_task', { ...wanted, idempotencyKey: 'k-2' })
    expect(other.created).toBe(true)
    expect(JSON.parse(project.read('tasks.json')).tasks).toHaveLength(3)
    expect(await client.close()).toBe(0)
  },
)
