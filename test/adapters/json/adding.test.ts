import { describe, expect, test } from 'vitest'
import { project, tasksText } from './project.ts'

describe('a new task', () => {
  test('gets the id after the highest of its feature', async () => {
    const backlog = project(
      tasksText({ id: 'TASK-002' }, { id: 'TASK-009' }, { id: 'USERAUTH-011' }, { id: 'TASK-x' }),
    ).open()
    expect(await backlog.add({ title: 'a' })).toBe('TASK-010')
    expect(await backlog.add({ title: 'b', feature: 'user-auth (new)' })).toBe('USERAUTH-012')
    expect(await backlog.add({ title: 'c', feature: '…' })).toBe('TASK-011')
  })

  test('below another gets its id and the first free letters', async () => {
    const letters = [...'acdefghijklmnopqrstuvwxyz']
    const backlog = project(tasksText({ id: 'P' }, ...letters.map((letter) => ({ id: `P${letter}` })))).open()
    expect(await backlog.add({ title: 'x', parent: 'P' })).toBe('Pb')
    expect(await backlog.add({ title: 'x', parent: 'P' })).toBe('Paa')
    expect(await backlog.add({ title: 'x', parent: 'P' })).toBe('Pab')
    expect((await backlog.read()).tasks.at(-1)).toMatchObject({ id: 'Pab', parent: 'P', status: 'pending' })
  })

  test('has its description in a file of its own', async () => {
    const here = project(tasksText())
    const backlog = here.open()
    const id = await backlog.add({ title: 'Fix login', description: 'It must not loop.', priority: 'high' })
    expect(here.text(`.specs/tasks/${id}.md`)).toBe('# TASK-001: Fix login\n\nIt must not loop.\n')
    expect(await backlog.brief(id)).toEqual({
      title: 'Fix login',
      text: '# TASK-001: Fix login\n\nIt must not loop.\n',
      source: '.specs/tasks/TASK-001.md',
      warnings: [],
    })
  })

  test.each([
    [{ title: 'x', id: 'A' }, 'rejected'],
    [{ title: 'x', parent: 'nobody' }, 'not_found'],
    [{ title: 'x', dependsOn: ['A', 'nobody'] }, 'not_found'],
    [{ title: 'x', id: '../x' }, 'invalid'],
    [{ title: ' ' }, 'invalid'],
    [{ title: 'x', id: 'described', description: 'other' }, 'rejected'],
  ] as const)('like %j is refused as %s and leaves nothing', async (task, code) => {
    const here = project(tasksText({ id: 'A' }))
    here.write('.specs/tasks/described.md', 'by hand')
    const before = here.text()
    await expect(here.open().add(task)).rejects.toMatchObject({ code, hint: expect.any(String) })
    expect(here.text()).toBe(before)
    expect(here.text('.specs/tasks/described.md')).toBe('by hand')
    expect(here.has('.specs/tasks/TASK-001.md')).toBe(false)
  })

  test('does not take the description of one that was removed for its own', async () => {
    const here = project(tasksText())
    here.write('.specs/tasks/TASK-001.md', 'of old')
    expect(await here.open().add({ title: 'x' })).toBe('TASK-002')
  })

  test('needs a file to stand in', async () => {
    await expect(project().open().add({ title: 'x' })).rejects.toMatchObject({
      code: 'not_found',
      hint: expect.stringContaining('loopwork init'),
    })
  })
})
