import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openJsonBacklog } from '../../src/adapters/json/backlog.ts'
import { openMarkdownBacklog } from '../../src/adapters/markdown/backlog.ts'
import { type ForeignBackend, openPluginBacklog } from '../../src/adapters/plugin/backlog.ts'
import { createProcesses } from '../../src/adapters/supervisor/processes.ts'
import { systemClock } from '../../src/adapters/system/clock.ts'
import { type BacklogHarness, backlogContract } from '../../src/testing.ts'
import { backlogAt, serveGitHub } from '../support/github/backlog.ts'
import { createMemoryBacklog } from '../support/memory-backlog.ts'
import { tempFolder } from '../support/temp.ts'

const kinds: Readonly<Record<string, () => Promise<BacklogHarness> | BacklogHarness>> = {
  memory: () => ({ open: () => createMemoryBacklog('memory') }),
  json: () => {
    const projectRoot = tempFolder()
    writeFileSync(join(projectRoot, 'tasks.json'), '{"tasks": []}')
    const given = { projectRoot, tasksFile: 'tasks.json', clock: systemClock, processes: createProcesses() }
    return { open: () => openJsonBacklog(given), reopen: () => openJsonBacklog(given) }
  },
  'markdown file': () => markdown('todo.md'),
  'markdown folder': () => markdown('.'),
  github: async () => {
    const github = await serveGitHub()
    return { open: () => backlogAt(github), reopen: () => backlogAt(github), canChooseId: false }
  },
  plugin: () => ({
    open: () => openPluginBacklog(foreignBackend(), []),
    canChooseId: false,
    canRelate: false,
    unknownStatuses: ['cancelled', 'skipped'],
  }),
}

for (const [kind, harness] of Object.entries(kinds)) {
  describe(`a ${kind} backlog keeps the contract:`, () => {
    for (const { name, run } of backlogContract) test(name, async () => run(await harness()))
  })
}

for (const kind of ['json', 'markdown file', 'markdown folder', 'github']) {
  test(`a ${kind} backlog adds what has a key once, whoever asks again`, async () => {
    const { open, reopen = open } = (await kinds[kind]?.()) ?? {}
    const [first, second] = [await open?.(), await reopen?.()]
    const wanted = { title: 'One', key: 'a key:\n"of" mine' }
    const id = await first?.add(wanted)
    await first?.add({ title: 'One', key: 'another' })
    expect(await second?.add(wanted)).toBe(id)
    expect(await first?.add(wanted)).toBe(id)
    const titles = (await second?.read())?.tasks.map(({ title }) => title)
    expect(titles).toEqual(['One', 'One'])
    await Promise.all([first?.close(), second?.close()])
  })
}

function markdown(path: string): BacklogHarness {
  const projectRoot = tempFolder()
  writeFileSync(join(projectRoot, 'todo.md'), '# To do\n')
  const open = () => openMarkdownBacklog({ projectRoot, path, clock: systemClock })
  return { open, reopen: open }
}

/** A backend as the interface for users' own has it. */
function foreignBackend(): ForeignBackend {
  type Kept = NonNullable<Awaited<ReturnType<ForeignBackend['getTask']>>>
  const tasks = new Map<string, Kept>()
  const mark = (status: string) => async (id: string) => {
    const task = tasks.get(id)
    if (task) tasks.set(id, { ...task, status })
    return { success: task !== undefined, error: 'there is no such task' }
  }
  return {
    backendType: 'mine',
    getTask: async (id) => tasks.get(id) ?? null,
    listPendingTasks: async () => [...tasks.values()].filter(({ status }) => status === 'pending'),
    markInProgress: mark('in-progress'),
    markCompleted: mark('completed'),
    markFailed: mark('failed'),
    resetToPending: mark('pending'),
    createTask: async (task) => {
      const made = { ...task, id: `M-${tasks.size + 1}`, status: 'pending' }
      tasks.set(made.id, made)
      return made
    },
  }
}
