import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { agentOf, makeProject } from '../support/project.ts'

/** An agent that leaves a file, and ends when it is told to by another. */
const waiting = `const fs = require('fs')
fs.appendFileSync('begun-' + process.env.LOOPWORK_TASK_ID, 'x')
setInterval(() => fs.existsSync('go-' + process.env.LOOPWORK_TASK_ID) && process.exit(0), 20)`

const eventually = { timeout: 20_000, interval: 50 }

test('a person edits a checklist while a loop works it off: both hands are kept', async () => {
  const [file, ...args] = agentOf(waiting)
  const backend = { type: 'markdown', path: 'TODO.md' }
  const project = makeProject({
    'loopwork.config.json': JSON.stringify({ backend, cli: 'command', command: { file, args } }),
    'TODO.md': '# To do\n\n- [ ] First {#first}\n- [ ] Second {#second}\n- [ ] Third {#third}\n',
  })
  const hasBegun = (id: string) => existsSync(join(project.folder, `begun-${id}`))
  const run = project.begin('start')
  await expect.poll(() => hasBegun('first'), eventually).toBe(true)
  expect(project.read('TODO.md')).toContain('- [/] First')

  // The running one is checked off by hand: its run is stopped, and the next one begins.
  project.write('TODO.md', project.read('TODO.md').replace('[/] First', '[x] First'))
  await expect.poll(() => hasBegun('second'), eventually).toBe(true)

  // While the second runs, it gets other words, the third is struck out, and a fourth and a note are added.
  const edited = project
    .read('TODO.md')
    .replace('Second {#second}', 'Second, in other words {#second}')
    .replace('[ ] Third', '[-] Third')
  project.write('TODO.md', `${edited}- [ ] Fourth {#fourth}\n\nA note of mine.\n`)
  project.write('go-second', '')
  await expect.poll(() => hasBegun('fourth'), eventually).toBe(true)
  project.write('go-fourth', '')
  expect((await run.answer).code).toBe(0)
  expect(hasBegun('third')).toBe(false)
  expect(project.read('TODO.md')).toBe(
    '# To do\n\n- [x] First {#first}\n- [x] Second, in other words {#second}\n- [-] Third {#third}\n- [x] Fourth {#fourth}\n\nA note of mine.\n',
  )
  const { tasks } = JSON.parse((await project.loopwork('task', 'list', '--status', 'all', '--json')).out)
  expect(tasks.find(({ id }: { id: string }) => id === 'second').title).toBe('Second, in other words')
})

test('a checklist that a person spoils is named with its line, and work goes on when it is mended', async () => {
  const [file, ...args] = agentOf(waiting)
  const backend = { type: 'markdown', path: 'TODO.md' }
  const project = makeProject({
    'loopwork.config.json': JSON.stringify({ backend, cli: 'command', command: { file, args } }),
    'TODO.md': '- [ ] First {#first}\n',
  })
  const run = project.begin('start')
  await expect.poll(() => existsSync(join(project.folder, 'begun-first')), eventually).toBe(true)
  project.write('TODO.md', `${project.read('TODO.md')}- [ ] Again {#first}\n`)
  const why = async () => JSON.parse((await project.loopwork('why', '--json')).out)
  await expect
    .poll(async () => (await why()).backlog, eventually)
    .toMatchObject({ trouble: 'spoilt', problem: expect.stringContaining('TODO.md:2') })
  expect((await project.loopwork('why')).out).toMatch(/TODO\.md cannot be read before somebody mends it/)
  project.write('go-first', '')
  project.write('TODO.md', project.read('TODO.md').replace('Again {#first}', 'Again {#again}'))
  await expect.poll(() => existsSync(join(project.folder, 'begun-again')), eventually).toBe(true)
  expect((await why()).backlog.trouble).toBe(null)
  project.write('go-again', '')
  expect((await run.answer).code).toBe(0)
  expect(project.read('TODO.md')).toBe('- [x] First {#first}\n- [x] Again {#again}\n')
})
