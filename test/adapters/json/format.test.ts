import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseDocument } from '../../../src/adapters/json/document.ts'
import { withStatus } from '../../../src/adapters/json/edit.ts'
import type { BacklogStatus } from '../../../src/ports/backlog.ts'
import { project, tasksFile, tasksText } from './project.ts'

const byHand = [
  '\uFEFF// what is left for this year\r',
  '{\r',
  '\t"$schema": "x", "features": { "auth": {"name":"Auth" , "owner" : "ü 🎈"} },\r',
  '\t"tasks": [\r',
  '\t\t{ "status" : "pending",   "id":"A-1", "estimate": 1.50, /* why */ "x": {"status": "pending"} },\r',
  '\t\t{\r',
  '\t\t\t"id": "A-2", // no status yet\r',
  '\t\t\t"title": "\\u00fc \\"quoted\\""\r',
  '\t\t},\r',
  '\t\t{"id":"A-3"}\r',
  '\t],\r',
  '\t"owner": null\r',
  '}',
].join('\n')

describe('telling a status', () => {
  test('changes nothing of the file but that status', async () => {
    const here = project(byHand)
    const backlog = here.open()
    await backlog.tell('A-1', 'in-progress')
    expect(here.text()).toBe(byHand.replace('"status" : "pending"', '"status" : "in-progress"'))
    await backlog.tell('A-1', 'pending')
    expect(here.text()).toBe(byHand)
  })

  test('adds the key where it is missing, laid out like its neighbours', async () => {
    const here = project(byHand)
    const backlog = here.open()
    await backlog.tell('A-2', 'failed')
    await backlog.tell('A-3', 'completed')
    expect(here.text()).toBe(
      byHand
        .replace('"id": "A-2",', '"id": "A-2",\r\n\t\t\t"status": "failed",')
        .replace('{"id":"A-3"}', '{"id":"A-3", "status":"completed"}'),
    )
    expect((await backlog.read()).tasks.map(({ status }) => status)).toEqual([
      'pending',
      'failed',
      'completed',
    ])
  })

  test('writes held as blocked', async () => {
    const here = project(tasksText({ id: 'T' }))
    await here.open().tell('T', 'held')
    expect(JSON.parse(here.text()).tasks).toEqual([{ id: 'T', status: 'blocked' }])
  })

  test('that it has already leaves the file untouched', async () => {
    const here = project(tasksText({ id: 'T', status: 'quarantined' }))
    const before = here.text()
    await here.open().tell('T', 'failed')
    expect(here.text()).toBe(before)
  })

  test('of a repeated key changes the one that counts', async () => {
    const here = project('{"tasks":[{"id":"T","status":"failed","status":"pending"}]}')
    await here.open().tell('T', 'completed')
    expect(here.text()).toBe('{"tasks":[{"id":"T","status":"failed","status":"completed"}]}')
  })

  test('any number of times gives what reading the file anew would give', () => {
    const statuses: readonly BacklogStatus[] = [
      'pending',
      'in-progress',
      'completed',
      'failed',
      'skipped',
      'held',
    ]
    const anyTell = fc.tuple(fc.nat(2), fc.constantFrom(...statuses))
    fc.assert(
      fc.property(fc.array(anyTell, { maxLength: 30 }), (tells) => {
        let document = parseDocument({ name: tasksFile, text: byHand.slice(1) })
        for (const [index, status] of tells) document = withStatus(document, index, status)
        expect(document).toEqual(parseDocument({ name: tasksFile, text: document.text }))
      }),
    )
  })
})

describe('adding a task', () => {
  test('lays it out like the ones before it', async () => {
    const here = project(byHand.replace('{"id":"A-3"}\r', '{"id":"A-3"} // the last\r'))
    await here.open().add({ title: 'New', feature: 'A' })
    expect(here.text()).toContain(
      '\t\t{"id":"A-3"}, // the last\r\n\t\t{"id":"A-004","status":"pending","priority":"medium","title":"New","feature":"A"}\r\n\t],\r\n',
    )
  })

  test.each([
    ['{"tasks":[]}', '{"tasks":[ENTRY]}'],
    ['{"tasks":[ {"id":"X"} ]}', '{"tasks":[ {"id":"X"}, ENTRY ]}'],
    ['{\n  "tasks": [\n    // none yet\n  ]\n}\n', null],
  ])('works in %j', async (text, expected) => {
    const here = project(text)
    await here.open().add({ title: 'New' })
    const entry = '{"id":"TASK-001","status":"pending","priority":"medium","title":"New"}'
    if (expected) expect(here.text()).toBe(expected.replace('ENTRY', entry))
    expect((await here.open().read()).tasks.at(-1)).toMatchObject({ id: 'TASK-001', title: 'New' })
  })

  test('to a file written by a program gives what the program would write', async () => {
    const here = project(tasksText())
    const backlog = here.open()
    await backlog.add({ title: 'One' })
    await backlog.add({ title: 'Two', dependsOn: ['TASK-001'] })
    expect(here.text()).toBe(
      tasksText(
        { id: 'TASK-001', status: 'pending', priority: 'medium', title: 'One' },
        { id: 'TASK-002', status: 'pending', priority: 'medium', title: 'Two', dependsOn: ['TASK-001'] },
      ),
    )
  })
})
