import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { assertCode, makeDaemonProject } from '../support/daemons.ts'
import { agentOf, backlogOf, configOf } from '../support/project.ts'

test('a loop keeps what the next attempt needs, takes what is too much, and says what is gone', {
  timeout: 90_000,
}, async () => {
  const script =
    "if (process.env.LOOPWORK_TASK_ID === 'T-1') { console.log('half done'); process.exitCode = 3 }"
  const one = makeDaemonProject({
    'tasks.json': backlogOf({ id: 'T-0', title: 'Done' }),
    'loopwork.config.json': configOf(agentOf(script), { retryDelay: 600_000, retention: { sessions: 1 } }),
  })
  const folders = () => readdirSync(join(one.folder, '.loopwork-state/sessions/default')).sort()
  const session = async (): Promise<string> => {
    assertCode(await one.loopwork('start', '-d'), 0)
    await one.until(
      'default',
      ({ state }) => state === 'idle' || state === 'stopped',
      'there is nothing to do now',
    )
    const { files, state } = await one.status('default')
    if (state !== 'stopped') assertCode(await one.loopwork('kill', '--force'), 0)
    return files.split('/').at(-1) ?? ''
  }

  const done = await session()
  one.write('tasks.json', backlogOf({ id: 'T-1', title: 'Not yet' }))
  const failed = await session() // in it an attempt at a task that is still to be done
  await session() // in it nothing
  const newest = await session()
  expect(folders()).toEqual([failed, newest])
  const output = join(one.folder, '.loopwork-state/sessions/default', failed, 'logs/iteration-1-output.txt')
  expect(existsSync(output)).toBe(true)
  expect((await one.loopwork('logs', '--task', 'T-1')).out).toContain('half done')

  const gone = await one.loopwork('logs', '--task', 'T-0')
  expect([gone.code, gone.err.includes('no longer kept'), done === failed]).toEqual([4, true, false])
  expect((await one.loopwork('rebuild', '--check')).code).toBe(0)
  await expect.poll(() => one.running(), { timeout: 10_000 }).toEqual([])
})
