import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { addTask, serveGitHub } from '../support/github/backlog.ts'
import { projectAt } from '../support/github/project.ts'
import type { Fault } from '../support/github/server.ts'

const down: Fault = { reply: { status: 503, data: { message: 'Service Unavailable' } } }

/** A project on GitHub whose agent splits its task, and whose token is known to loopwork alone. */
async function setUp() {
  const github = await serveGitHub()
  const issue = addTask(github, { title: 'Split it' })
  const backend = {
    type: 'github',
    repo: 'acme/app',
    baseUrl: github.url,
    pollInterval: 0.1,
    writeInterval: 0,
  }
  const project = projectAt(github, undefined, {
    backend,
    cli: 'claude',
    dynamicTasks: { maxTasksPerExecution: 1 },
  })
  project.write('plan.json', JSON.stringify({ '*': ['success-tool'] }))
  const env = {
    LOOPWORK_GITHUB_TOKEN: github.token,
    LOOPWORK_CLAUDE_PATH: resolve('test/fixtures/programs/splitting-claude.mjs'),
    FAKE_CLAUDE_PLAN: join(project.folder, 'plan.json'),
    FAKE_CLAUDE_JOURNAL: join(project.folder, 'journal.jsonl'),
    SEEN_FILE: join(project.folder, 'seen.json'),
  }
  return { github, issue, project: { ...project, ...project.with(env) } }
}

/** Every file below a folder that holds some text. */
function filesWith(folder: string, text: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => readFileSync(path).includes(text))
}

test('the tools of an attempt work without the token, which the agent never sees', async () => {
  const { github, issue, project } = await setUp()
  const { code, out, err } = await project.loopwork('start')
  expect({ code, err, out: code === 0 ? '' : out }).toEqual({ code: 0, err: '', out: '' })
  const seen = JSON.parse(project.read('seen.json'))
  expect(seen.list.structuredContent).toMatchObject({ count: 1, tasks: [{ id: 'GH-1' }] })
  expect(seen.task.structuredContent).toMatchObject({ id: 'GH-1', title: 'Split it', state: 'running' })
  expect(seen.split.structuredContent.added).toEqual([{ taskId: 'GH-2', title: 'A part' }])
  expect(seen.again.structuredContent.added).toEqual([{ taskId: 'GH-2', title: 'A part' }])
  expect(JSON.stringify(seen.tooMany)).toContain('may add no more than 1')
  expect(seen.report.isError ?? false).toBe(false)
  expect(github.state.issues.size).toBe(2)
  expect(github.state.issues.get(2)).toMatchObject({
    title: 'A part',
    parent: 1,
    state: 'closed',
    labels: expect.arrayContaining(['priority:high', 'loopwork:sub-task']),
  })
  expect(issue.state).toBe('closed')
  expect(JSON.stringify(seen)).not.toContain(github.token)
  expect(filesWith(project.folder, github.token)).toEqual([])
}, 60_000)

test('what an agent asks for in an outage is added when GitHub is back, once, before the loop ends', async () => {
  const { github, project } = await setUp()
  let posts = 0
  github.fault = ({ method, path }) => {
    if (method !== 'POST' || !path.endsWith('/issues')) return null
    posts += 1
    return posts === 1 ? { cut: true, isDone: true } : posts < 4 ? down : null
  }
  const { code, out } = await project.loopwork('start')
  expect({ code, out: code === 0 ? '' : out }).toEqual({ code: 0, out: '' })
  expect([...github.state.issues.values()].map(({ title, state }) => [title, state])).toEqual([
    ['Split it', 'closed'],
    ['A part', 'closed'],
  ])
}, 60_000)
