import { expect, test } from 'vitest'
import { inToolWords } from '../../src/mcp/tool-words.ts'
import { startMcp } from '../support/mcp-client.ts'
import { agentOf, backlogOf, configOf, makeProject } from '../support/project.ts'

test('a failure points a client to its tools, not to commands that it may not have', async () => {
  const project = makeProject({
    'loopwork.config.json': configOf(agentOf('0')),
    'tasks.json': backlogOf({ id: 'T-1', title: 'One' }),
  })
  const client = startMcp(project.folder, ['--allow-control'])
  await client.initialize()
  expect(await client.call('loopwork_get_task', { taskId: 'NOPE' })).toMatchObject({
    code: 'not_found',
    next: 'All of them: loopwork_list_tasks.',
  })
  expect((await client.call('loopwork_stop')).next).toContain('loopwork_namespaces shows')
  expect((await client.call('loopwork_answer_question', { taskId: 'T-1', answer: 'x' })).next).toContain(
    'loopwork_list_questions lists',
  )
  expect(await client.close()).toBe(0)
})

test('what no tool answers is left to a person', () => {
  expect(inToolWords('See `loopwork doctor`.')).toBe('See `loopwork doctor`.')
})
