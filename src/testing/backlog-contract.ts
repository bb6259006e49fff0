import { deepEqual, equal, notEqual, ok, rejects } from 'node:assert/strict'
import type { Backlog, NewTask } from '../ports/backlog.ts'

/** What a backend's author gives: how an empty backlog is opened, and what it cannot do. */
export type BacklogHarness = {
  /** Opens an empty backlog; called once for each case. */
  open(): Promise<Backlog> | Backlog
  /** Opens the same backlog a second time, as another process would; left out where nothing is kept. */
  reopen?(): Promise<Backlog> | Backlog
  /** Whether an id can be chosen. */
  readonly canChooseId?: boolean
  /** Whether tasks can be a part of others, and depend on others, when they are added. */
  readonly canRelate?: boolean
  /** Statuses that it has no word for. */
  readonly unknownStatuses?: readonly string[]
}

export type ContractCase = { readonly name: string; run(harness: BacklogHarness): Promise<void> }

const statuses = ['pending', 'in-progress', 'completed', 'failed', 'cancelled', 'skipped'] as const

/** What every backlog keeps to. Give each case to the test runner of your choice. */
export const backlogContract: readonly ContractCase[] = [
  test('an empty backlog has no tasks', async (backlog) => {
    deepEqual((await backlog.read()).tasks, [])
  }),
  test('what is added is pending, with all that was said of it', async (backlog) => {
    const id = await backlog.add({ title: 'Log in', description: 'With a name.', priority: 'high' })
    const [task] = (await backlog.read()).tasks
    deepEqual([task?.id, task?.title, task?.status, task?.priority], [id, 'Log in', 'pending', 'high'])
    const brief = await backlog.brief(id)
    equal(brief.title, 'Log in')
    ok(brief.text.includes('With a name.'))
    notEqual(brief.source, '')
  }),
  test('ids are different and hold no slash', async (backlog) => {
    const ids = [await backlog.add({ title: 'One' }), await backlog.add({ title: 'Two' })]
    equal(new Set(ids).size, 2)
    ok(ids.every((id) => id !== '' && !id.includes('/')))
  }),
  test('tasks come in the order in which they were added', async (backlog) => {
    for (const title of ['C', 'A', 'B']) await backlog.add({ title })
    deepEqual(
      (await backlog.read()).tasks.map(({ title }) => title),
      ['C', 'A', 'B'],
    )
  }),
  test('relations are kept', async (backlog, { canRelate = true }) => {
    if (!canRelate) return
    const [first, second] = [await backlog.add({ title: 'One' }), await backlog.add({ title: 'Two' })]
    await backlog.add({ title: 'Three', parent: first, dependsOn: [second], feature: 'auth' })
    const task = (await backlog.read()).tasks.find(({ title }) => title === 'Three')
    deepEqual([task?.parent, task?.dependsOn, task?.feature], [first, [second], 'auth'])
  }),
  test('relations to what is not there are refused', async (backlog, { canRelate = true }) => {
    if (!canRelate) return
    const wrong: NewTask[] = [
      { title: 'x', parent: 'GH-999' },
      { title: 'x', dependsOn: ['GH-999'] },
    ]
    for (const task of wrong) await rejects(backlog.add(task), { code: 'not_found' })
    deepEqual((await backlog.read()).tasks, [])
  }),
  test('a task without a title is refused', async (backlog) => {
    await rejects(backlog.add({ title: ' ' }), { code: 'invalid' })
  }),
  test('every status that is told is read', async (backlog, { unknownStatuses = [] }) => {
    const id = await backlog.add({ title: 'One' })
    for (const status of statuses) {
      if (unknownStatuses.includes(status)) continue
      await backlog.tell(id, status, status === 'failed' ? 'it broke' : undefined, deliveryOf(id, status))
      const found = (await backlog.read()).tasks.find((task) => task.id === id)?.status
      const isKept = found === status || (status === 'skipped' && found === 'held')
      ok(isKept, `${status} was told, ${found} was read`)
    }
  }),
  test('telling the same twice changes nothing', async (backlog) => {
    const id = await backlog.add({ title: 'One' })
    const delivery = deliveryOf(id, 'completed')
    await backlog.tell(id, 'completed', 'done', delivery)
    const once = await backlog.read()
    await backlog.tell(id, 'completed', 'done', delivery)
    deepEqual(
      (await backlog.read()).tasks.map(({ status }) => status),
      once.tasks.map(({ status }) => status),
    )
  }),
  test('telling one leaves the others as they are', async (backlog) => {
    const [one, two] = [await backlog.add({ title: 'One' }), await backlog.add({ title: 'Two' })]
    const before = (await backlog.read()).tasks.find(({ id }) => id === two)
    await backlog.tell(one, 'completed', undefined, deliveryOf(one, 'completed'))
    deepEqual(
      (await backlog.read()).tasks.find(({ id }) => id === two),
      before,
    )
  }),
  test('the revision is the same exactly as long as nothing changes', async (backlog) => {
    const id = await backlog.add({ title: 'One' })
    const { revision } = await backlog.read()
    equal((await backlog.read()).revision, revision)
    await backlog.tell(id, 'completed', undefined, deliveryOf(id, 'completed'))
    notEqual((await backlog.read()).revision, revision)
  }),
  test('nobody is told of what is not there', async (backlog) => {
    await rejects(backlog.brief('GH-999'), { code: 'not_found' })
  }),
  test('an id that was chosen is kept, and is not given twice', async (backlog, { canChooseId = true }) => {
    if (!canChooseId) {
      await rejects(backlog.add({ title: 'One', id: 'MINE-1' }))
      return
    }
    equal(await backlog.add({ title: 'One', id: 'MINE-1' }), 'MINE-1')
    await rejects(backlog.add({ title: 'Two', id: 'MINE-1' }), { code: 'rejected' })
  }),
  {
    name: 'what was told outlives the process',
    run: async (harness) => {
      if (!harness.reopen) return
      const backlog = await harness.open()
      const id = await backlog.add({ title: 'One' })
      await backlog.tell(id, 'completed', 'done', deliveryOf(id, 'completed'))
      await backlog.close()
      const again = await harness.reopen()
      deepEqual(
        (await again.read()).tasks.map(({ id: found, status }) => [found, status]),
        [[id, 'completed']],
      )
      await again.close()
    },
  },
]

function test(
  name: string,
  check: (backlog: Backlog, harness: BacklogHarness) => Promise<void>,
): ContractCase {
  return {
    name,
    run: async (harness) => {
      const backlog = await harness.open()
      try {
        await check(backlog, harness)
      } finally {
        await backlog.close()
      }
    },
  }
}

function deliveryOf(id: string, status: string) {
  return { key: `contract-${id}-${status}`, mayBeDone: true }
}
