import { renameSync, symlinkSync, utimesSync } from 'node:fs'
import { firstValueFrom } from 'rxjs'
import { describe, expect, test } from 'vitest'
import { project, tasksFile, tasksText } from './project.ts'

describe('reading', () => {
  test('gives the tasks in their order, with what is missing filled in', async () => {
    const here = project(
      tasksText(
        {
          id: 'A',
          title: 'First',
          priority: 'high',
          feature: 'f',
          parentId: 'P',
          dependsOn: ['B'],
          metadata: { n: [1] },
        },
        { id: 'B', status: 'blocked', dependsOn: 'A', feature: null },
        { id: 'C', status: 'in_progress', priority: 'background' },
      ),
    )
    const backlog = here.open()
    expect([backlog.kind, backlog.id]).toEqual(['json', '.specs/tasks/tasks.json'])
    const common = { title: '', priority: 'medium', feature: null, parent: null, dependsOn: [], metadata: {} }
    expect((await backlog.read()).tasks).toEqual([
      {
        id: 'A',
        title: 'First',
        status: 'pending',
        priority: 'high',
        feature: 'f',
        parent: 'P',
        dependsOn: ['B'],
        metadata: { n: [1] },
      },
      { ...common, id: 'B', status: 'held', dependsOn: ['A'] },
      { ...common, id: 'C', status: 'in-progress', priority: 'background' },
    ])
  })

  test('gives the same revision until something changes, then another one', async () => {
    const here = project(tasksText({ id: 'A', status: 'pending' }))
    const backlog = here.open()
    const first = await backlog.read()
    expect(await backlog.read()).toEqual(first)
    utimesSync(here.path(tasksFile), new Date(), new Date())
    expect((await backlog.read()).revision).toBe(first.revision)
    await backlog.tell('A', 'completed')
    const told = await backlog.read()
    expect(told.revision).not.toBe(first.revision)
    expect(told.tasks[0]?.status).toBe('completed')
    here.write(tasksFile, here.text().replace('completed', 'cancelled'))
    const edited = await backlog.read()
    expect(edited.revision).not.toBe(told.revision)
    expect(edited.tasks[0]?.status).toBe('cancelled')
  })

  test('waits for the rest of a file that is being written', async () => {
    const whole = tasksText({ id: 'A' }, { id: 'B' })
    const here = project(whole.slice(0, 30))
    const reading = here.open().read()
    here.write('next', whole)
    renameSync(here.path('next'), here.path(tasksFile))
    expect((await reading).tasks).toHaveLength(2)
  })
})

describe('the bell', () => {
  test('rings when the file is changed and when it is replaced, also twice', async () => {
    const here = project(tasksText({ id: 'A' }))
    const backlog = here.open()
    for (let round = 0; round < 2; round += 1) {
      const changed = firstValueFrom(backlog.bell)
      here.write(tasksFile, tasksText({ id: `B${round}` }))
      await changed
      const replaced = firstValueFrom(backlog.bell)
      here.write('next', tasksText({ id: `C${round}` }))
      renameSync(here.path('next'), here.path(tasksFile))
      await replaced
    }
    expect((await backlog.read()).tasks[0]?.id).toBe('C1')
  })

  test('rings for what happens behind a symbolic link', async () => {
    const here = project()
    here.write('elsewhere/real.json', tasksText({ id: 'A' }))
    symlinkSync(here.path('elsewhere/real.json'), here.path('tasks.json'))
    const rung = firstValueFrom(here.open({ tasksFile: 'tasks.json' }).bell)
    here.write('elsewhere/real.json', tasksText({ id: 'B' }))
    await rung
    expect((await here.open({ tasksFile: 'tasks.json' }).read()).tasks[0]?.id).toBe('B')
  })

  test('ends when the backlog is closed', async () => {
    const backlog = project(tasksText()).open()
    const ended = new Promise<void>((resolve) => backlog.bell.subscribe({ complete: resolve }))
    await backlog.close()
    await ended
  })
})

describe('a brief', () => {
  test.each([
    ['# A: Fix login\n\nIt loops.\n', 'Fix login'],
    ['intro\r\n# Fix: login\r\n\r\ntext', 'Fix: login'],
    ['## Goal\nonly smaller headings', 'from the entry'],
  ])('takes its title from the first heading of %j', async (text, title) => {
    const here = project(tasksText({ id: 'A', title: 'from the entry' }))
    here.write('.specs/tasks/A.md', text)
    expect(await here.open().brief('A')).toEqual({ title, text, source: '.specs/tasks/A.md', warnings: [] })
  })

  test('without a file falls back to the entry', async () => {
    const here = project(tasksText({ id: 'A', description: 'Make the tests green.' }))
    expect(await here.open().brief('A')).toEqual({
      title: 'A',
      text: 'Make the tests green.',
      source: '.specs/tasks/tasks.json#A',
      warnings: [],
    })
  })

  test('warns of a description that is missing or says nothing', async () => {
    const here = project(tasksText({ id: 'A' }, { id: 'B' }, { id: 'C', description: 'do' }))
    here.write('.specs/tasks/B.md', ' # x \n\n')
    const backlog = here.open()
    expect((await backlog.brief('A')).warnings).toEqual([
      'no description: neither .specs/tasks/A.md nor "description" in the backlog',
    ])
    expect((await backlog.brief('B')).warnings).toEqual([
      'hardly any description: 2 characters in .specs/tasks/B.md',
    ])
    expect((await backlog.brief('C')).warnings).toEqual([
      'hardly any description: 2 characters in "description" in the backlog',
    ])
    await expect(backlog.brief('D')).rejects.toMatchObject({ code: 'not_found' })
  })
})
