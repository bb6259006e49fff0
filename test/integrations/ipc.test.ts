import { expect, test } from 'vitest'
import { type IPCOptions, withIPC } from '../../src/index.ts'
import { backlogOf, makeProject } from '../support/project.ts'
import { playTwenty, staged } from './stage.ts'

type Frame = {
  readonly event: string
  readonly data: Readonly<Record<string, unknown>>
  readonly messageId: string
  readonly timestamp: number
}

const framesIn = (text: string): Frame[] =>
  [...text.matchAll(/__IPC_START__(.*?)__IPC_END__\n/g)].map(([, json]) => JSON.parse(String(json)))

async function framesOf(options: IPCOptions = {}): Promise<Frame[]> {
  let text = ''
  const write = (frame: string): void => {
    text += frame
  }
  await playTwenty(await staged(withIPC({ writeFn: write, ...options })))
  return framesIn(text)
}

test('a frame tells of each start and end of a task', async () => {
  const frames = await framesOf()
  expect(frames).toHaveLength(40)
  const about = { namespace: 'default', iteration: 1 }
  expect(frames.slice(0, 2)).toMatchObject([
    { type: 'ipc', version: '1.0', event: 'task_start', data: { taskId: 'T-1', title: 'Task 1', ...about } },
    { event: 'task_complete', data: { taskId: 'T-1', ...about, duration: 1_000, success: true } },
  ])
  expect(frames[13]).toMatchObject({ event: 'task_failed', data: { taskId: 'T-7', error: 'the tests fail' } })
  expect(new Set(frames.map(({ messageId }) => messageId)).size).toBe(40)
  expect(frames[0]?.timestamp).toBeGreaterThan(Date.parse('2026-01-01T00:00:00.000Z') - 1)
})

test('a filter says which frames are written', async () => {
  const frames = await framesOf({ filter: (event) => event === 'task_failed' })
  expect(frames.map(({ event, data }) => [event, data.taskId])).toEqual([['task_failed', 'T-7']])
})

test('a program that starts a run finds the frames on its standard output, unless they are switched off', {
  timeout: 60_000,
}, async () => {
  const config = (wrapper: string) => `
import { compose, defineConfig, withIPC, withJSONBackend } from 'loopwork'
export default compose(${wrapper}, withJSONBackend({ tasksFile: 'tasks.json' }))(
  defineConfig({ cli: 'command', command: { file: 'true' } }),
)`
  const project = makeProject({
    'tasks.json': backlogOf({ id: 'A', title: 'First' }, { id: 'B', title: 'Second' }),
    'loopwork.config.ts': config('withIPC()'),
  })
  const { out } = await project.loopwork('start')
  expect(framesIn(out).map(({ event, data }) => [event, data.taskId])).toEqual([
    ['loop_start', undefined],
    ['task_start', 'A'],
    ['task_complete', 'A'],
    ['task_start', 'B'],
    ['task_complete', 'B'],
    ['loop_end', undefined],
  ])
  expect(framesIn(out).at(-1)?.data).toMatchObject({ namespace: 'default', completed: 2, failed: 0 })
  project.write('tasks.json', backlogOf({ id: 'C', title: 'Third' }))
  project.write('loopwork.config.ts', config('withIPC({ enabled: false })'))
  const { out: silent } = await project.loopwork('start')
  expect(silent).toContain('C')
  expect(silent).not.toContain('__IPC_')
})
