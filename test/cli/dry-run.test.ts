import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { agentOf, backlogOf, configOf, makeProject } from '../support/project.ts'

test('a dry run shows the titles that only the descriptions give, and changes nothing', async () => {
  const project = makeProject({
    'loopwork.config.json': configOf(agentOf('process.exit(1)')),
    'tasks.json': backlogOf({ id: 'A-2', dependsOn: ['A-1'] }, { id: 'A-1' }),
    'A-1.md': '# A-1: Build it\n\nBuild the thing.\n',
    'A-2.md': '# Paint it\n\nPaint the thing.\n',
  })
  const { code, out } = await project.loopwork('start', '--dry-run', '--json')
  expect(code).toBe(0)
  expect(JSON.parse(out)).toMatchObject({
    schema: 'loopwork/dry-run@1',
    tasks: [
      { id: 'A-1', title: 'Build it' },
      { id: 'A-2', title: 'Paint it' },
    ],
  })
  expect(existsSync(join(project.folder, '.loopwork-state'))).toBe(false)
})

test('an attempt goes by the title that only the description gives', async () => {
  const project = makeProject({
    'loopwork.config.json': configOf(agentOf("console.log('I do', process.env.LOOPWORK_TASK_TITLE)")),
    'tasks.json': backlogOf({ id: 'A-1' }),
    'A-1.md': '# A-1: Build it\n\nBuild the thing.\n',
  })
  expect((await project.loopwork('task', 'list')).out).toContain('Build it')
  const { out } = await project.loopwork('start')
  expect(out).toContain('attempt 1 with command: Build it')
  expect(out).toContain('I do Build it')
  expect((await project.loopwork('task', 'list')).out).toContain('Build it')
})

test('resume --dry-run shows what is left, and starts nothing', async () => {
  const project = makeProject({
    'loopwork.config.json': configOf(agentOf('setTimeout(() => {}, 20_000)')),
    'tasks.json': backlogOf({ id: 'A-1', title: 'One' }),
  })
  const run = project.begin('start')
  run.stdout?.on('data', (chunk) => /attempt 1/.test(String(chunk)) && run.kill('SIGTERM'))
  expect((await run.answer).code).toBe(143)
  const { code, out } = await project.loopwork('resume', '--dry-run')
  expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/A-1[\s\S]*One/) })
  expect((await project.loopwork('log', '--type', 'task.claimed')).out.match(/attempt/g)).toHaveLength(1)
})

test('resume where nothing has run says so, and leaves no state behind', async () => {
  const project = makeProject({ 'package.json': '{}' })
  const { code, err } = await project.loopwork('resume')
  expect(code).toBe(4)
  expect(err).toContain('nothing has run there yet')
  expect(existsSync(join(project.folder, '.loopwork-state'))).toBe(false)
})
