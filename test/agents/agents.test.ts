import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isGone, until } from '../support/keeper.ts'
import { toolSearch } from './openai-responses.ts'
import { type Json, listOf, type Reply } from './protocol.ts'
import { openRig, type Rig } from './rig.ts'
import { type Subject, subjects, wantedFile } from './subjects.ts'

/** The slowest of them takes most of a minute to ask its model when the machine is busy. */
const patienceMs = 120_000

const wrongKey = 'sk-that-nobody-knows'

describe.each(subjects)('the real $cli', (subject) => {
  test('works off a task with a tool of its own, and what that took is known', async () => {
    const rig = await openRig(subject)
    const { code, err } = await rig.loopwork('start')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(statusInBacklog(rig)).toBe('completed')
    expect(rig.read(wantedFile.name)).toBe(wantedFile.content)

    expect(rig.endpoint.turns.map(({ toolResults }) => toolResults)).toEqual([0, 1])
    expect(rig.endpoint.turns[0]?.body).toContain(`Create ${wantedFile.name}.`)
    expect(rig.endpoint.strays.filter((stray) => !subject.unbidden?.test(stray))).toEqual([])

    const status = await rig.status()
    expect(status.loops).toMatchObject([{ state: 'stopped', reason: 'all tasks are done', pid: null }])
    expect(status.tasks).toEqual({ counts: { completed: 1 }, active: [] })
    expect(status.costs.total).toEqual(subject.spent)
    expect(await rig.task()).toMatchObject({
      state: 'completed',
      reason: 'The file is written.',
      attempts: 1,
    })

    const { names, read } = rig.logs(status)
    expect(names).toEqual(expect.arrayContaining(['iteration-1-prompt.md', 'iteration-1-output.txt']))
    expect(read('iteration-1-prompt.md')).toMatch(/^# HELLO-1: Say hello\n/)
    expect(read('iteration-1-output.txt')).toMatch(
      new RegExp(`^I write the file\\.\n> \\w+ \\S*${wantedFile.name}\nThe file is written\\.\n$`),
    )
    await expectNobodyAlive(rig)
  })

  test('is handed the tools of its task, and nothing of its own settings is touched', async () => {
    const text = 'It says hello, since nobody said otherwise'
    const rig = await openRig(subject, {
      call: (asked) => callOf(asked, 'loopwork_note_decision', { text }),
    })
    const own = subject.home(rig.endpoint.url)
    const { code, err } = await rig.loopwork('start')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const facts = (await rig.loopwork('log', '--json', '--task', 'HELLO-1')).out.trim().split('\n')
    const noted = facts
      .map((line) => JSON.parse(line))
      .filter(({ event }) => event.type === 'task.decisionNoted')
    expect(noted).toMatchObject([{ by: 'agent', event: { data: { attempt: 1, text } } }])
    for (const [path, before] of Object.entries(own)) expect(rig.atHome(path)).toBe(before)
    await expectNobodyAlive(rig)
  })

  test('whose key is rejected is not used again before a person has looked, and the task waits', async () => {
    const rig = await openRig(subject, { key: wrongKey })
    const { code, out } = await rig.loopwork('start')
    expect(code).toBe(9)
    expect(out).toMatch(/attempt failed \(authentication\)/)
    expect(out).toMatch(new RegExp(`${subject.cli} is not used until somebody has looked: .*api.key`, 'i'))
    expect(statusInBacklog(rig)).toBe('pending')

    const status = await rig.status()
    expect(status.tasks.counts).toEqual({ queued: 1 })
    expect(status.loops).toMatchObject([
      { state: 'stopped', barredAgents: [{ agent: subject.cli, model: null, until: null }] },
    ])
    expect(status.costs.total.costUsd).toBe(0)
    expect(out).not.toContain(wrongKey)
    expect(rig.filesWith(wrongKey)).toEqual([])
    expect(rig.filesWith('Create hello.txt')).toContain('tasks.json') // it does look
    expect(existsSync(join(rig.folder, wantedFile.name))).toBe(false)
    await expectNobodyAlive(rig)
  })

  test('works on when loopwork is killed with -9, and is adopted by the one that comes after', async () => {
    const rig = await openRig(subject)
    const letGo = rig.endpoint.hold()
    const first = rig.begin('start')
    await until(() => rig.endpoint.turns.length > 0, 'the agent has asked its model', patienceMs)
    first.kill('SIGKILL')
    await first.answer

    const between = await rig.status()
    expect(between.loops).toMatchObject([{ state: 'crashed', pid: null }])
    expect(between.tasks.active).toMatchObject([{ id: 'HELLO-1', state: 'running', agent: subject.cli }])
    const { pid } = JSON.parse(rig.logs(between).read('iteration-1.process.json'))
    expect(isGone(pid)).toBe(false)

    const second = rig.begin('resume')
    await until(() => /resumed session/.test(sessionLog(rig)), 'the session is resumed')
    expect(isGone(pid)).toBe(false)
    letGo()
    const { code, err } = await second.answer
    expect({ code, err }).toEqual({ code: 0, err: '' })

    expect(rig.read(wantedFile.name)).toBe(wantedFile.content)
    expect(statusInBacklog(rig)).toBe('completed')
    expect(rig.endpoint.turns.map(({ toolResults }) => toolResults)).toEqual([0, 1])
    expect(await rig.task()).toMatchObject({ state: 'completed', attempts: 1 })
    expect((await rig.status()).costs.total).toEqual(subject.spent)
    await expectNobodyAlive(rig)

    function sessionLog({ folder }: Rig): string {
      return readFileSync(
        join(folder, '.loopwork-state', between.loops[0]?.files ?? '', 'loopwork.log'),
        'utf8',
      )
    }
  })
})

test('what an agent that names no model has cost is unknown, and shown so', async () => {
  const codex = subjects.find(({ cli }) => cli === 'codex') as Subject
  const rig = await openRig(codex, { model: null })
  const { code, out } = await rig.loopwork('start')
  expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/1 attempt, cost unknown\n/) })
  const { total } = (await rig.status()).costs
  expect(total).toMatchObject({ models: { codex: { input: 2400, output: 170 } }, unknownCost: 1 })
  expect((await rig.loopwork('status')).out).toMatch(/In all +cost unknown/)
})

/** How a model calls the tool whose name ends like this; where it is not offered at once, it looks for it first. */
function callOf(asked: Json, end: string, input: Json): NonNullable<Reply['call']> {
  const [known] = toolsIn([asked.tools, asked.input]).filter(({ tool }) => tool.endsWith(end))
  if (known) return { ...known, input }
  const isToSearch = listOf(asked.tools).some(({ type }) => type === toolSearch)
  const hasSearched = listOf(asked.input).some(({ type }) => type === 'tool_search_output')
  if (isToSearch && !hasSearched) return { tool: toolSearch, input: { query: end.replaceAll('_', ' ') } }
  throw new Error(`no tool ends in ${end}: ${JSON.stringify(asked.tools).slice(0, 3_000)}`)
}

/** The tools that are spoken of, and the groups that they are in where groups have names, too. */
function toolsIn(found: unknown, namespace?: string): { tool: string; namespace?: string }[] {
  if (Array.isArray(found)) return found.flatMap((one) => toolsIn(one, namespace))
  if (typeof found !== 'object' || found === null) return []
  const { name, type } = found as Json
  const isGroup = type === 'namespace'
  const inside = Object.values(found).flatMap((value) => toolsIn(value, isGroup ? String(name) : namespace))
  if (typeof name !== 'string' || isGroup) return inside
  return [{ tool: name, ...(namespace ? { namespace } : {}) }, ...inside]
}

function statusInBacklog(rig: Rig): unknown {
  return JSON.parse(rig.read('tasks.json')).tasks[0].status
}

async function expectNobodyAlive(rig: Rig): Promise<void> {
  await until(() => rig.alive().length === 0, 'nothing that was started is alive')
}
