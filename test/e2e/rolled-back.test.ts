import { expect, test } from 'vitest'
import { backlogOf, type Project } from '../support/project.ts'
import { git, journalOf, makeRepository } from '../support/repository.ts'

const ids = ['A', 'B', 'C', 'D', 'E']
const json = { 'tasks.json': backlogOf(...ids.map((id) => ({ id, title: id }))) }
const once = ids.flatMap((id) => [`begin ${id}`, `end ${id}`])

const statusesOf = (project: Project) =>
  JSON.parse(project.read('tasks.json')).tasks.map(({ status }: { status: string }) => status)

test('an agent that resets the repository has no task of before it done again', {
  timeout: 60_000,
}, async () => {
  const project = makeRepository(json, { at: 'D', script: "git('reset', '-q', '--hard')" })
  const { code, out } = await project.loopwork('start')
  expect(code).toBe(0)
  expect(journalOf(project)).toEqual(once)
  expect(statusesOf(project)).toEqual(ids.map(() => 'completed'))
  expect(out.match(/went back to an older version .* became of A/g)).toHaveLength(1)
})

test('an agent that puts everything aside for a while gets it back as it was', {
  timeout: 60_000,
}, async () => {
  const script = `
    git('stash', '-q')
    const isPending = () => !readFileSync('tasks.json', 'utf8').includes('completed')
    for (let nth = 0; nth < 40; nth += 1) { // others have the time to notice
      if (!isPending()) throw new Error('somebody has written to the file')
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
    git('stash', 'pop', '-q')
  `
  const project = makeRepository(json, { at: 'D', script })
  const { code, out, err } = await project.loopwork('start')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(journalOf(project)).toEqual(once)
  expect(statusesOf(project)).toEqual(ids.map(() => 'completed'))
  expect(out).not.toContain('older version')
  expect(git(project, 'stash', 'list')).toBe('')
})

test('a checklist that is rolled back is filled in again', { timeout: 60_000 }, async () => {
  const items = ids.map((id) => `- [ ] Item ${id} {#${id}}`).join('\n')
  const project = makeRepository(
    { 'TODO.md': `# What is to be done\n\n${items}\n` },
    {
      at: 'D',
      script: "git('checkout', '-q', '.')",
      config: { backend: { type: 'markdown', path: 'TODO.md' } },
    },
  )
  expect((await project.loopwork('start')).code).toBe(0)
  expect(journalOf(project)).toEqual(once)
  expect(project.read('TODO.md').match(/- \[x\]/g)).toHaveLength(ids.length)
})

test('one of many that a person sets back while another is worked on is done again', {
  timeout: 60_000,
}, async () => {
  // The script stands in for the person: what is written is the file as it is, with one status changed.
  const script = `
    const text = readFileSync('tasks.json', 'utf8')
    writeFileSync('tasks.json', text.replace('"completed"', '"pending"'))
  `
  const project = makeRepository(json, { at: 'D', script })
  expect((await project.loopwork('start')).code).toBe(0)
  const journal = journalOf(project)
  expect(journal.filter((line) => line === 'begin A')).toHaveLength(2)
  expect(journal.filter((line) => line.startsWith('begin'))).toHaveLength(ids.length + 1)
})
