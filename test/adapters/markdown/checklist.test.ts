import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openMarkdownBacklog } from '../../../src/adapters/markdown/backlog.ts'
import { systemClock } from '../../../src/adapters/system/clock.ts'
import { tempFolder } from '../../support/temp.ts'

function backlogOf(text: string, file = 'todo.md') {
  const projectRoot = tempFolder()
  writeFileSync(join(projectRoot, file), text)
  const read = () => readFileSync(join(projectRoot, file), 'utf8')
  return { backlog: openMarkdownBacklog({ projectRoot, path: 'todo.md', clock: systemClock }), read }
}

const text = `# Work
- [ ] Log in @high @feature(auth)
  With a name
  and a password.
  - [x] The form {#form}
* [/] Log out! @after(form, log-in)
\`\`\`
- [ ] Not a task
\`\`\`
A paragraph.
`

test('marks, tags, indentation and text of an item say what its task is', async () => {
  const { backlog } = backlogOf(text)
  const { tasks } = await backlog.read()
  expect(tasks).toMatchObject([
    { id: 'log-in', title: 'Log in', status: 'pending', priority: 'high', feature: 'auth', parent: null },
    { id: 'form', title: 'The form', status: 'completed', parent: 'log-in' },
    { id: 'log-out', title: 'Log out!', status: 'in-progress', dependsOn: ['form', 'log-in'] },
  ])
  expect(await backlog.brief('log-in')).toMatchObject({
    text: 'With a name\nand a password.',
    source: 'todo.md:2',
  })
})

test('only the mark changes', async () => {
  const { backlog, read } = backlogOf(text.replaceAll('\n', '\r\n'))
  await backlog.tell('log-out', 'failed', 'it broke')
  expect(read()).toBe(text.replace('[/]', '[!]').replaceAll('\n', '\r\n'))
})

test('a part is put below what it is a part of, and its parts', async () => {
  const { backlog, read } = backlogOf('- [ ] A\n  - [ ] B\n- [ ] C\n')
  expect(await backlog.add({ title: 'D', parent: 'a', description: 'One.\nTwo.' })).toBe('d')
  expect(read()).toBe('- [ ] A\n  - [ ] B\n  - [ ] D {#d}\n    One.\n    Two.\n- [ ] C\n')
})

test('a description that holds a checklist adds one task, and stays one', async () => {
  const { backlog, read } = backlogOf('- [ ] A\n')
  const description = 'Steps:\n- [ ] one\n1. [z] two\n~~~\n- [ ] code'
  await backlog.add({ title: 'B', description })
  await backlog.add({ title: 'C' })
  expect((await backlog.read()).tasks.map(({ id }) => id)).toEqual(['a', 'b', 'c'])
  expect(read()).toContain('  - \\[ ] one\n')
})

test('items may be numbered, and named in any script', async () => {
  const list =
    '1. [ ] Größe ändern\n2) [x] Später {#später}\n- [ ] 한국어 작업 @after(größe-ändern, später)\n'
  const { tasks } = await backlogOf(list.replace('größe-ändern', 'große-andern')).backlog.read()
  expect(tasks.map(({ id }) => id)).toEqual(['große-andern', 'später', '한국어-작업'])
})

test.each([
  ['- [ ] Named {#not an id}\n', /todo\.md:1: \{#not an id\} is no id/],
  ['- [👍] What?\n', /todo\.md:1: \[👍\] is no status/],
  ['- [z] What?\n', /todo\.md:1: \[z\] is no status/],
  ['- [ ] Same\n\n- [ ] same!\n', /todo\.md:3: .*todo\.md:1 have the same id, same/],
  ['- [ ] !!!\n', /todo\.md:1: .*no text to name it by/],
])('%j is refused with its line', async (wrong, message) => {
  await expect(backlogOf(wrong).backlog.read()).rejects.toMatchObject({
    code: 'invalid',
    message: expect.stringMatching(message),
    hint: expect.any(String),
  })
})

test('a checklist that is not there is said to be missing', async () => {
  await expect(backlogOf('', 'other.md').backlog.read()).rejects.toMatchObject({ code: 'not_found' })
})
