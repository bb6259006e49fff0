import type { Fact } from '../events/catalogue.ts'
import { taskOf } from '../events/event.ts'
import type { Projection, Rows } from './projection.ts'
import type { TaskRow, TaskState } from './task-row.ts'

/** How many tasks are in each state. */
export type BoardSummary = { readonly [State in TaskState]?: number }

/** Keys of the rows that are not tasks. */
export const summaryKey = '#summary'
/** The streams of all tasks that are neither queued, blocked nor closed. */
export const activeKey = '#active'

const quiet = new Set<TaskState>([
  'queued',
  'blocked',
  'completed',
  'failed',
  'cancelled',
  'skipped',
  'removed',
])

/** What every task is doing now. */
export const board: Projection = {
  name: 'board',
  version: 3,
  on: {
    'task.queued': (rows, { told, ...definition }, fact) => {
      put(rows, { ...born(fact), ...definition, told })
    },
    'task.imported': (rows, { told, status, ...definition }, fact) => {
      put(rows, { ...born(fact), ...definition, told, state: status })
    },
    'task.revised': (rows, definition, fact) => change(rows, fact, definition),
    'task.removed': (rows, { reason }, fact) => move(rows, fact, 'removed', { reason }),
    'task.blocked': (rows, { waitsFor, missing, cyclic }, fact) =>
      move(rows, fact, 'blocked', { waitsFor, missing, cyclic, reason: null }),
    'task.unblocked': (rows, _, fact) =>
      move(rows, fact, 'queued', { waitsFor: [], missing: [], cyclic: [], reason: null }),
    'task.claimed': (rows, data, fact) =>
      move(rows, fact, 'claimed', {
        title: data.title,
        attempts: data.attempt,
        tries: ((rows.get(fact.stream) as TaskRow | undefined)?.tries ?? 0) + 1,
        notBefore: null,
        reason: null,
        question: null,
        open: {
          attempt: data.attempt,
          namespace: data.namespace,
          session: fact.session,
          iteration: data.iteration,
          agent: data.agent,
          model: data.model,
          files: data.files,
          worker: data.worker,
          since: fact.at,
          done: false,
        },
      }),
    'task.asked': (rows, question, fact) => change(rows, fact, { question: { ...question, since: fact.at } }),
    'task.answered': (rows, _, fact) => change(rows, fact, { question: null }),
    'task.taken': (rows, { reason }, fact) => move(rows, fact, 'taken', { reason, notBefore: null }),
    'task.started': (rows, _, fact) => move(rows, fact, 'running', {}),
    'task.attemptSucceeded': (rows, _, fact) => settle(rows, fact, true),
    'task.verificationStarted': (rows, _, fact) => {
      settle(rows, fact, false)
      move(rows, fact, 'verifying', {})
    },
    'task.verificationPassed': (rows, _, fact) => settle(rows, fact, true),
    'task.attemptFailed': (rows, { kind, reason }, fact) =>
      change(rows, fact, { open: null, lastFailure: { kind, reason } }),
    'task.verificationFailed': (rows, { kind, reason }, fact) =>
      change(rows, fact, { open: null, lastFailure: { kind, reason } }),
    'task.attemptAbandoned': (rows, _, fact) => change(rows, fact, { open: null }),
    'task.retryScheduled': (rows, { notBefore }, fact) =>
      move(rows, fact, 'waitingToRetry', { notBefore, reason: failureOf(rows, fact) }),
    'task.limitReached': (rows, { until, limit }, fact) =>
      move(rows, fact, 'waitingForLimit', { notBefore: until, reason: limit }),
    'task.personNeeded': (rows, { reason }, fact) => move(rows, fact, 'needsPerson', { reason }),
    'task.requeued': (rows, { reason }, fact) => move(rows, fact, 'queued', { reason }),
    'task.completed': (rows, { reason }, fact) => complete(rows, fact, reason),
    'task.failed': (rows, { reason }, fact) => move(rows, fact, 'failed', { reason }),
    'task.cancelled': (rows, { reason }, fact) => move(rows, fact, 'cancelled', { reason }),
    'task.skipped': (rows, { reason }, fact) => move(rows, fact, 'skipped', { reason }),
    'task.reset': (rows, { reason }, fact) =>
      move(rows, fact, 'queued', { reason, notBefore: null, lastFailure: null, tries: 0 }),
    'task.backlogTold': (rows, { status }, fact) => change(rows, fact, { told: status }),
    'task.tellDone': (rows, { status }, fact) => change(rows, fact, { told: status }),
  },
}

function born(fact: Fact): Omit<TaskRow, 'title' | 'priority' | 'feature' | 'parent' | 'dependsOn'> {
  return {
    stream: fact.stream,
    ...taskOf(fact.stream),
    state: 'queued',
    since: fact.at,
    reason: null,
    attempts: 0,
    tries: 0,
    notBefore: null,
    waitsFor: [],
    missing: [],
    cyclic: [],
    told: 'pending',
    lastFailure: null,
    question: null,
    open: null,
  }
}

/** An attempt that ended well is closed by completing; a person's word leaves a running one to be closed. */
function complete(rows: Rows, fact: Fact, reason: string): void {
  const open = (rows.get(fact.stream) as TaskRow | undefined)?.open ?? null
  move(rows, fact, 'completed', { reason, lastFailure: null, open: open?.done ? null : open })
}

function settle(rows: Rows, fact: Fact, done: boolean): void {
  const open = (rows.get(fact.stream) as TaskRow | undefined)?.open
  if (open) change(rows, fact, { open: { ...open, done } })
}

function failureOf(rows: Rows, fact: Fact): string | null {
  return (rows.get(fact.stream) as TaskRow | undefined)?.lastFailure?.reason ?? null
}

function move(rows: Rows, fact: Fact, state: TaskState, more: Partial<TaskRow>): void {
  change(rows, fact, { ...more, state, since: fact.at })
}

function change(rows: Rows, fact: Fact, more: Partial<TaskRow>): void {
  const row = rows.get(fact.stream) as TaskRow | undefined
  if (row) put(rows, { ...row, ...more })
}

function put(rows: Rows, row: TaskRow): void {
  const before = rows.get(row.stream) as TaskRow | undefined
  rows.set(row.stream, row)
  if (before?.state === row.state) return
  count(rows, before?.state, row.state)
  const wasActive = before !== undefined && !quiet.has(before.state)
  const isActive = !quiet.has(row.state)
  if (wasActive !== isActive) mark(rows, row.stream, isActive)
}

function count(rows: Rows, from: TaskState | undefined, to: TaskState): void {
  const summary = { ...(rows.get(summaryKey) as BoardSummary | undefined) }
  if (from) summary[from] = (summary[from] ?? 0) - 1
  summary[to] = (summary[to] ?? 0) + 1
  rows.set(summaryKey, summary)
}

function mark(rows: Rows, stream: string, isActive: boolean): void {
  const active = ((rows.get(activeKey) as readonly string[] | undefined) ?? []).filter(
    (other) => other !== stream,
  )
  rows.set(activeKey, isActive ? [...active, stream] : active)
}
