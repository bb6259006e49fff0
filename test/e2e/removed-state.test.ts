import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { backlogOf, configOf, makeProject, type Project } from '../support/project.ts'

const git = (project: Project, ...words: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.email=a@example.org', '-c', 'user.name=a', ...words], {
    cwd: project.folder,
    encoding: 'utf8',
  })

/** A project under version control; its agent notes when it begins and ends, and does something at B's first try. */
function makeRepository(atB: string): Project {
  const project = makeProject({
    'agent.mjs': `
      import { execFileSync } from 'node:child_process'
      import { appendFileSync, rmSync } from 'node:fs'
      const note = (word) => appendFileSync('.git/journal', word + ' ' + process.env.LOOPWORK_TASK_ID + '\\n')
      note('begin')
      if (process.env.LOOPWORK_TASK_ID === 'B' && process.env.LOOPWORK_ATTEMPT === '1') { ${atB} }
      note('end')
    `,
    'tasks.json': backlogOf(...['A', 'B', 'C'].map((id) => ({ id, title: id }))),
    'loopwork.config.json': configOf([process.execPath, 'agent.mjs'], { lease: 3 }), // soon noticed
  })
  git(project, 'init', '-q')
  git(project, 'add', '-A')
  git(project, 'commit', '-qm', 'Begin')
  return project
}

const journalOf = ({ folder }: Project) =>
  readFileSync(join(folder, '.git/journal'), 'utf8').trim().split('\n')
const statusesOf = (project: Project) =>
  JSON.parse(project.read('tasks.json')).tasks.map(({ status }: { status: string }) => status)

test('an agent that removes the state folder loses no event, and the session goes on', {
  timeout: 60_000,
}, async () => {
  // It would go on working for ever: the next attempt at its task may begin only when it is gone.
  const project = makeRepository(`
    execFileSync('git', ['clean', '-fdxq'])
    note('cleaned')
    await new Promise(() => setInterval(() => undefined, 1000))
  `)
  const { code, out, err } = await project.loopwork('start')
  expect({ code, err }).toMatchObject({ code: 0, err: expect.stringContaining('the events are put back') })
  expect(out).toContain('its files were removed while it ran')
  expect(statusesOf(project)).toEqual(['completed', 'completed', 'completed'])
  const journal = journalOf(project)
  expect(journal.filter((line) => line.endsWith('B'))).toEqual(['begin B', 'cleaned B', 'begin B', 'end B'])
  expect(journal.filter((line) => !line.endsWith('B'))).toEqual(['begin A', 'end A', 'begin C', 'end C'])

  const events = (await project.loopwork('log', '--json', '--lines', '1000')).out.trim().split('\n')
  const types = events.map((line) => JSON.parse(line).event.type)
  expect(types.filter((type) => type === 'loop.started')).toHaveLength(2)
  expect(types.filter((type) => type === 'task.claimed')).toHaveLength(4)
  expect((await project.loopwork('verify')).code).toBe(0)
})

test('where only the files of the session are removed, the end of the agent still counts', {
  timeout: 60_000,
}, async () => {
  const project = makeRepository("rmSync('.loopwork-state/sessions', { recursive: true })")
  const { code, out, err } = await project.loopwork('start')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out).toContain('3 completed, 0 left')
  expect(journalOf(project)).toEqual(['begin A', 'end A', 'begin B', 'end B', 'begin C', 'end C'])
})

test('an agent that commits all files does not commit the state folder', { timeout: 60_000 }, async () => {
  const project = makeRepository("execFileSync('git', ['add', '-A'])")
  expect((await project.loopwork('start')).code).toBe(0)
  expect(existsSync(join(project.folder, '.loopwork-state'))).toBe(true)
  const committed = git(project, 'ls-files').trim().split('\n')
  expect(committed).toContain('A.log') // what has become of a task, beside the backlog
  expect(committed.filter((path) => path.startsWith('.loopwork-state'))).toEqual([])
})
