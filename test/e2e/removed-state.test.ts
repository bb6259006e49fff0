import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { backlogOf, type Project } from '../support/project.ts'
import { git, journalOf, makeRepository } from '../support/repository.ts'

const backlog = { 'tasks.json': backlogOf(...['A', 'B', 'C'].map((id) => ({ id, title: id }))) }
const soonNoticed = { lease: 3 }

const statusesOf = (project: Project) =>
  JSON.parse(project.read('tasks.json')).tasks.map(({ status }: { status: string }) => status)

test('an agent that removes the state folder loses no event, and the session goes on', {
  timeout: 60_000,
}, async () => {
  // It would go on working for ever: the next attempt at its task may begin only when it is gone.
  const script = `
    git('clean', '-fdxq')
    note('cleaned')
    await new Promise(() => setInterval(() => undefined, 1000))
  `
  const project = makeRepository(backlog, { at: 'B', script, config: soonNoticed })
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
  const project = makeRepository(backlog, {
    at: 'B',
    script: "rmSync('.loopwork-state/sessions', { recursive: true })",
  })
  const { code, out, err } = await project.loopwork('start')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out).toContain('3 completed, 0 left')
  expect(journalOf(project)).toEqual(['begin A', 'end A', 'begin B', 'end B', 'begin C', 'end C'])
})

test('an agent that commits all files does not commit the state folder', { timeout: 60_000 }, async () => {
  const project = makeRepository(backlog, { at: 'B', script: "git('add', '-A')" })
  expect((await project.loopwork('start')).code).toBe(0)
  expect(existsSync(join(project.folder, '.loopwork-state'))).toBe(true)
  const committed = git(project, 'ls-files').trim().split('\n')
  expect(committed).toContain('A.log') // what has become of a task, beside the backlog
  expect(committed.filter((path) => path.startsWith('.loopwork-state'))).toEqual([])
})
