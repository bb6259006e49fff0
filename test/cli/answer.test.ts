import { expect, test } from 'vitest'
import { taskStream } from '../../src/events/event.ts'
import { context, queued } from '../support/examples.ts'
import { openStoreIn } from '../support/history.ts'
import { makeProject } from '../support/project.ts'
import { claimed, started } from '../support/task-facts.ts'

test('an answer of several words is given whole', async () => {
  const project = makeProject({ 'package.json': '{}' })
  const stream = taskStream('json:tasks.json', 'A')
  const asked = {
    type: 'task.asked',
    data: {
      ...{ attempt: 1, question: 'q', text: 'Which?', options: [] },
      ...{ fallback: 'none', deadline: '2099-01-01T00:00:00.000Z' },
    },
  } as const
  const { log, close } = await openStoreIn(project.folder)
  await log.append([{ stream, expectedVersion: 0, events: [queued, claimed(1), started(1), asked] }], context)
  await close()
  const { code, err } = await project.loopwork('answer', 'A', 'use', 'the second', 'one')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  const { out } = await project.loopwork('log', '--type', 'task.answered', '--json')
  expect(JSON.parse(out).event.data).toEqual({
    question: 'q',
    answer: 'use the second one',
    isFallback: false,
  })
})
