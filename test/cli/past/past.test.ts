import { beforeAll, describe, expect, test } from 'vitest'
import { agentOf, backlogOf, configOf, makeProject, type Project } from '../../support/project.ts'

/** Fails at its first try of A-2, and tells what it used. */
const agent = agentOf(`
  const { LOOPWORK_TASK_ID: id, LOOPWORK_ATTEMPT: attempt } = process.env
  console.log('Tokens: 100 input, 10 output')
  if (id === 'A-2' && attempt === '1') process.exit(3)
`)
const tasks = backlogOf(
  { id: 'A-1', title: 'One', description: 'Do one thing.' },
  { id: 'A-2', title: 'Two', description: 'Do another.', dependsOn: ['A-1'] },
)

describe('the past of a run', () => {
  let project: Project
  let last: number

  const json = async (...words: readonly string[]) => {
    const { code, out, err } = await project.loopwork(...words, '--json')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    return JSON.parse(out)
  }
  /** The position of the first event of this type. */
  const positionOf = async (type: string): Promise<number> => {
    const { out } = await project.loopwork('log', '--json', '--type', type)
    return JSON.parse(out.split('\n')[0] ?? '').position
  }

  beforeAll(async () => {
    project = makeProject({ 'loopwork.config.json': configOf(agent), 'tasks.json': tasks }, { keep: true })
    expect((await project.loopwork('start', '-q')).code).toBe(0)
    const { out } = await project.loopwork('log', '--json', '--lines', '1')
    last = JSON.parse(out).position
    return project.remove
  }, 60_000)

  test('can be seen at any position', async () => {
    const before = await json('replay', '--to', '1')
    expect(before).toMatchObject({ schema: 'loopwork/replay@1', position: 1, tasks: [] })
    const between = await json('replay', '--to', String(await positionOf('task.retryScheduled')))
    expect(between.tasks).toMatchObject([
      { id: 'A-1', state: 'completed' },
      { id: 'A-2', state: 'waitingToRetry', attempts: 1 },
    ])
    expect(between.status.costs.total.attempts).toBe(2)
    const end = await json('replay')
    expect(end.position).toBe(last)
    const now = await json('status')
    expect(end.status.costs).toEqual(now.costs)
    expect(end.status.tasks.counts).toEqual(now.tasks.counts)
  })

  test('can be seen at an instant', async () => {
    const { out } = await project.loopwork('log', '--json', '--type', 'task.claimed')
    const { at, position } = JSON.parse(out.split('\n')[0] ?? '')
    expect((await json('replay', '--to', at)).position).toBeGreaterThanOrEqual(position)
    expect(await json('replay', '--to', '2000-01-01T00:00:00Z')).toMatchObject({ position: 0, at: null })
  })

  test('can be compared with the present', async () => {
    const claimed = await positionOf('task.claimed')
    const { tasks: changed, money } = await json('diff', String(claimed))
    expect(changed).toEqual([
      { what: 'A-1', before: 'claimed, 1 attempt', after: 'completed, 1 attempt' },
      { what: 'A-2', before: 'blocked', after: 'completed, 2 attempts' },
    ])
    expect(money.map(({ what }: { what: string }) => what)).toEqual(['default', 'in all'])
    expect((await project.loopwork('diff', String(last))).out).toContain('Nothing has changed.')
  })

  test('is told as the story of a task', async () => {
    const { spans, history } = await json('story', 'A-2')
    expect(spans.map(({ kind, outcome }: { kind: string; outcome: string }) => `${kind} ${outcome}`)).toEqual(
      ['blocked over', 'attempt failed', 'retry over', 'attempt ok'],
    )
    expect(history.at(-1).event.type).toMatch(/task\.(completed|backlogTold)/)
    const { out } = await project.loopwork('story', 'A-2')
    expect(out).toMatch(/attempt 1 with command: Two\n +prompt .*iteration-2-prompt\.md/)
    const { code, err } = await project.loopwork('story', 'A-22')
    expect({ code, err }).toMatchObject({ code: 4, err: expect.stringContaining('Did you mean A-2?') })
  })

  test('is drawn as a timeline', async () => {
    const { out } = await project.loopwork('timeline')
    expect(out).toMatch(/^A-1 +█+ +\d+s$/m)
    expect(out).toMatch(/^A-2 +×+[·×█]*█+ +\d+s ×2$/m)
    expect(out.split('\n').every(({ length }) => length <= 80)).toBe(true)
  })

  test('shows in its timeline what ran in that namespace alone', async () => {
    const other = makeProject({
      'loopwork.config.json': configOf(agentOf("console.log('done')")),
      'tasks.json': backlogOf(
        { id: 'A-1', title: 'One', feature: 'a' },
        { id: 'B-1', title: 'Two', feature: 'b' },
      ),
    })
    for (const name of ['b', 'a']) {
      expect((await other.loopwork('start', '--namespace', name, '--feature', name)).code).toBe(0)
    }
    const tasksIn = (out: string) => JSON.parse(out).spans.map(({ task }: { task: string }) => task)
    expect(tasksIn((await other.loopwork('timeline', 'a', '--json')).out)).toEqual(['A-1'])
    expect(tasksIn((await other.loopwork('timeline', 'b', '--json')).out)).toEqual(['B-1'])
    expect(tasksIn((await other.loopwork('timeline', '--since', '1h', '--json')).out)).toEqual(['B-1', 'A-1'])
  })

  test('is not where nothing has happened, and what is no moment is refused', async () => {
    expect(await makeProject({ 'package.json': '{}' }).loopwork('replay')).toMatchObject({ code: 4 })
    expect(await project.loopwork('replay', '--to', 'soon')).toMatchObject({ code: 2 })
  })
})
