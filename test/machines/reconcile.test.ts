import { describe, expect, test } from 'vitest'
import { type Known, type Offered, reconcile, reconcileGone } from '../../src/machines/reconcile.ts'

const offered = (status: Offered['status'], more: Partial<Offered> = {}): Offered => ({
  id: '1',
  title: 'T',
  status,
  priority: 'high',
  feature: null,
  parent: null,
  dependsOn: [],
  ...more,
})
const known = (state: string, told: string): Known => ({
  title: 'T',
  priority: 'high',
  feature: null,
  parent: null,
  dependsOn: [],
  state,
  told,
})
const types = (agreement: ReturnType<typeof reconcile>) => agreement.commands.map(({ type }) => type)

describe('bringing the backlog and the log together', () => {
  test('takes in what the log does not know, as it stands', () => {
    expect(types(reconcile(offered('pending'), null))).toEqual(['queue'])
    expect(types(reconcile(offered('in-progress'), null))).toEqual(['queue'])
    expect(reconcile(offered('completed'), null).commands).toMatchObject([
      { type: 'import', status: 'completed' },
    ])
    expect(reconcile(offered('held'), null).commands).toMatchObject([{ type: 'import', status: 'skipped' }])
  })

  test('follows every edit of a definition', () => {
    expect(types(reconcile(offered('pending', { priority: 'low' }), known('queued', 'pending')))).toEqual([
      'revise',
    ])
    expect(types(reconcile(offered('pending', { dependsOn: ['2'] }), known('queued', 'pending')))).toEqual([
      'revise',
    ])
    expect(types(reconcile(offered('pending', { title: '' }), known('queued', 'pending')))).toEqual([])
  })

  test('tells the backlog what it missed in a crash', () => {
    expect(reconcile(offered('in-progress'), known('completed', 'in-progress'))).toMatchObject({
      tell: 'completed',
      commands: [],
    })
    expect(reconcile(offered('pending'), known('running', 'pending'))).toMatchObject({ tell: 'in-progress' })
  })

  test('follows a person who edits the status', () => {
    expect(types(reconcile(offered('pending'), known('completed', 'completed')))).toEqual([
      'tellBacklog',
      'reset',
    ])
    expect(types(reconcile(offered('completed'), known('queued', 'pending')))).toEqual([
      'tellBacklog',
      'complete',
    ])
    expect(types(reconcile(offered('cancelled'), known('running', 'in-progress')))).toEqual([
      'tellBacklog',
      'cancel',
    ])
  })

  test('does not take a running task for pending because somebody wrote so', () => {
    expect(reconcile(offered('pending'), known('running', 'in-progress'))).toMatchObject({
      tell: 'in-progress',
      commands: [],
    })
  })

  test('tells a backlog that was rolled back what became of its tasks', () => {
    expect(reconcile(offered('pending'), known('completed', 'completed'), true)).toMatchObject({
      tell: 'completed',
      commands: [],
    })
    expect(types(reconcile(offered('skipped'), known('completed', 'completed'), true))).toEqual([
      'tellBacklog',
      'skip',
    ])
  })

  test('does not begin anew what has just ended because it was set to pending while it ran', () => {
    expect(reconcile(offered('pending'), known('completed', 'in-progress'))).toMatchObject({
      tell: 'completed',
      commands: [],
    })
  })

  test('is content when both agree', () => {
    for (const [status, state] of [
      ['pending', 'queued'],
      ['pending', 'blocked'],
      ['in-progress', 'verifying'],
      ['failed', 'needsPerson'],
      ['completed', 'completed'],
    ] as const) {
      expect(reconcile(offered(status), known(state, status))).toEqual({
        commands: [],
        tell: null,
        canWait: true,
      })
    }
  })

  test('gives up what left the backlog before it was done', () => {
    expect(reconcileGone(known('queued', 'pending'))).toMatchObject({ type: 'remove' })
    expect(reconcileGone(known('completed', 'completed'))).toBeNull()
  })

  test('takes back what returns to the backlog', () => {
    expect(types(reconcile(offered('pending'), known('removed', 'pending')))).toEqual([
      'reset',
      'tellBacklog',
    ])
  })
})

test('what another machine works on is left to it; of two at once the one here makes room', () => {
  const held = offered('in-progress', { heldBy: 'other' })
  expect(reconcile(held, null).commands).toMatchObject([{ type: 'queue' }])
  expect(reconcile(held, known('queued', 'pending'))).toMatchObject({
    commands: [{ type: 'tellBacklog', status: 'in-progress' }],
    tell: null,
  })
  expect(types(reconcile(held, known('running', 'in-progress')))).toEqual(['yield'])
  expect(reconcile(held, known('completed', 'in-progress'))).toMatchObject({ commands: [], tell: null })
})
