import { join } from 'node:path'
import { expect, test } from 'vitest'
import { backlogOf, makeProject } from '../support/project.ts'
import { judge } from './judge.ts'
import { type Conversation, openScriptedModel, type Step } from './scripted-model.ts'

const mcp = (name: string, input: Readonly<Record<string, unknown>>): Step => ({
  tool: `mcp__loopwork__${name}`,
  input,
})

/** What the model does for each task, tool call by tool call. */
const plans: Readonly<Record<string, readonly Step[]>> = {
  'T-1': [
    mcp('loopwork_report_progress', { text: 'I have looked around', percent: 10 }),
    mcp('loopwork_propose_subtasks', { subtasks: [{ title: 'Write the tests', priority: 'low' }] }),
  ],
  'T-2': [
    mcp('loopwork_ask_person', {
      question: 'Blue or green?',
      options: ['blue', 'green'],
      fallback: 'blue',
      minutes: 10,
    }),
  ],
  'T-3': [
    mcp('loopwork_ask_person', { question: 'Round or square?', fallback: 'round', minutes: 0.02 }),
    mcp('loopwork_note_decision', { text: 'Round, since nobody said otherwise' }),
  ],
}

function script({ text, results }: Conversation): Step {
  const id = /# (T-\d\w*):/.exec(text)?.[1] ?? ''
  return plans[id]?.[results.length] ?? `Done with ${id}: ${results.at(-1) ?? 'nothing to ask'}`
}

test('Claude Code adds a sub-task, is answered from another terminal, and takes the fallback', async () => {
  const binary = join(await judge('@anthropic-ai/claude-code', '2.1.330'), '../../.bin/claude')
  const model = await openScriptedModel(script)
  const project = makeProject({
    'loopwork.config.json': JSON.stringify({
      backend: { type: 'json', tasksFile: 'tasks.json' },
      cli: 'claude',
      cliConfig: { cliPaths: { claude: binary } },
    }),
    'tasks.json': backlogOf(
      { id: 'T-1', title: 'Split it', priority: 'high' },
      { id: 'T-2', title: 'Ask', priority: 'high' },
      { id: 'T-3', title: 'Ask in vain', priority: 'high' },
    ),
  })
  const env = {
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
    ANTHROPIC_BASE_URL: model,
    ANTHROPIC_API_KEY: 'sk-of-nobody',
  }
  await project.loopwork('task', 'list') // so that there is a log to follow
  const run = project.with(env).begin('start')
  const log = project.begin('log', '--follow', '--json')
  const isAsked = new Promise<void>((resolve) => {
    log.stdout?.on('data', (chunk) => String(chunk).includes('Blue or green?') && resolve())
  })
  await Promise.race([isAsked, run.answer])
  const { questions } = JSON.parse((await project.loopwork('answer', '--json')).out)
  expect(questions).toMatchObject([{ task: 'T-2', text: 'Blue or green?', options: ['blue', 'green'] }])
  expect((await project.loopwork('answer', 'T-2', '2')).out).toBe('T-2 has its answer.\n')

  const { code, err } = await run.answer
  expect({ code, err }).toEqual({ code: 0, err: '' })
  const { out } = await project.loopwork('log', '--json')
  const facts = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const told = (task: string) =>
    facts
      .filter(({ stream, by }) => stream.endsWith(`/${task}`) && by !== 'loop')
      .map(({ event }) => event)
      .filter(({ type }) => !['task.queued', 'task.backlogTold'].includes(type))
  expect(told('T-1')).toMatchObject([
    { type: 'task.reported', data: { text: 'I have looked around', percent: 10 } },
    { type: 'task.additionGranted', data: { title: 'Write the tests' } },
    { type: 'task.subtaskProposed', data: { id: 'T-1a', title: 'Write the tests' } },
  ])
  expect(told('T-2')).toMatchObject([
    { type: 'task.asked', data: { text: 'Blue or green?' } },
    { type: 'task.answered', data: { answer: 'green', isFallback: false } },
  ])
  const answers = facts.filter(({ event }) => event.type === 'task.answered').map(({ event }) => event.data)
  expect(answers).toMatchObject([{ answer: 'green' }, { answer: 'round', isFallback: true }])
  expect(told('T-3').at(-1)).toMatchObject({ type: 'task.decisionNoted' })
  const tasks = JSON.parse(project.read('tasks.json')).tasks
  expect(tasks.map(({ id, status }: Record<string, string>) => [id, status])).toEqual([
    ['T-1', 'completed'],
    ['T-2', 'completed'],
    ['T-3', 'completed'],
    ['T-1a', 'completed'],
  ])
})
