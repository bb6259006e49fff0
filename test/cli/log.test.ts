import { expect, test } from 'vitest'
import { agentOf, backlogOf, configOf, makeProject, type Project } from '../support/project.ts'

async function afterARun(): Promise<Project> {
  const project = makeProject({
    'loopwork.config.json': configOf(agentOf('process.stdin.resume();console.log("said")')),
    'tasks.json': backlogOf({ id: 'A', title: 'First' }, { id: 'B', title: 'Second' }),
  })
  expect((await project.loopwork('start')).code).toBe(0)
  return project
}

type Line = { position: number; stream: string; by: string; event: { type: string } }
const lines = async (project: Project, ...words: string[]): Promise<Line[]> => {
  const { code, out } = await project.loopwork('log', '--json', ...words)
  expect(code).toBe(0)
  return out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
}

test('the log shows every event in order, and only those that are asked for', {
  timeout: 90_000,
}, async () => {
  const project = await afterARun()
  const all = await lines(project)
  expect(all.map(({ position }) => position)).toEqual(all.map((_, nth) => nth + 1))
  const of = async (...words: string[]) => new Set((await lines(project, ...words)).map((one) => one.stream))

  expect(await of('--task', 'B')).toEqual(new Set(['task/tasks.json/B']))
  expect(await of('--stream', 'loop/default')).toEqual(new Set(['loop/default']))
  const claims = await lines(project, '--type', 'task.claimed')
  expect(claims.map(({ event }) => event.type)).toEqual(['task.claimed', 'task.claimed'])
  expect(await lines(project, '--after', String(all.length - 2))).toEqual(all.slice(-2))
  expect(await lines(project, '-n', '3')).toEqual(all.slice(-3))
  expect(await lines(project, '--by', 'cli')).toEqual([])
  expect(await lines(project, '--since', '1h')).toEqual(all)
  expect(await lines(project, '--since', '2999-01-01')).toEqual([])
  expect((await project.loopwork('log', '--since', 'soon')).code).toBe(2)
})

test('--follow goes on showing what other processes do, and ends with Ctrl-C', {
  timeout: 90_000,
}, async () => {
  const project = await afterARun()
  const reader = project.begin('log', '--json', '--follow', '-n', '0')
  let seen = ''
  reader.stdout?.on('data', (chunk) => {
    seen += chunk
  })
  await expect
    .poll(
      async () => {
        await project.loopwork('task', 'reset', 'A')
        await project.loopwork('task', 'complete', 'A')
        return seen
      },
      { timeout: 60_000 },
    )
    .toMatch(/"task\.(reset|completed)"/)
  reader.kill('SIGINT')
  const { code, out } = await reader.answer
  expect(code).toBe(0)
  for (const line of out.trim().split('\n')) expect(JSON.parse(line)).toMatchObject({ by: 'cli' })
})

test('the views can be thrown away, and come back the same', async () => {
  const project = await afterARun()
  const before = (await project.loopwork('status', '--json')).out
  const { code, out } = await project.loopwork('rebuild', '--json')
  expect(code).toBe(0)
  const { schema, views } = JSON.parse(out)
  expect(schema).toBe('loopwork/rebuild@1')
  expect(views.map(({ different }: { different: number }) => different)).toEqual(views.map(() => 0))
  const plain = (text: string) => ({ ...JSON.parse(text), timestamp: '' })
  expect(plain((await project.loopwork('status', '--json')).out)).toEqual(plain(before))
})

test.each(['bash', 'zsh', 'fish'])('a completion script for %s asks the program for words', async (shell) => {
  const project = makeProject()
  const { code, out } = await project.loopwork('completion', shell)
  expect(code).toBe(0)
  expect(out).toContain('loopwork --get-yargs-completions')
  const words = await project
    .with({ SHELL: '/bin/bash' })
    .loopwork('--get-yargs-completions', 'loopwork', 'sta')
  expect(words.out.split('\n')).toEqual(expect.arrayContaining(['start', 'status']))
})
