import type { FollowUp } from '../events/agent.ts'
import { taskOf } from '../events/event.ts'
import type { Projection, Rows } from './projection.ts'

/** A finding that has become no task yet: it waits for a person, or for whoever is about to add it. */
export type OpenFollowUp = FollowUp & {
  readonly stream: string
  readonly attempt: number
  readonly isApproved: boolean
  readonly since: string
  /** Where it stands among all that was ever found. */
  readonly place: readonly [position: number, nth: number]
}

/** Rows of open findings begin with this; then comes the key. */
export const openFollowUps = 'open/'
/** Rows that say in which task another one was found: after it the stream of the other. */
export const originOf = (stream: string): string => `origin/${stream}`

/** What attempts have left to be done and is no task yet; and of what has become one, where it was found. */
export const followUps: Projection = {
  name: 'follow-ups',
  version: 1,
  on: {
    'task.followUpsFound': (rows, { attempt, isApproved, found }, { stream, at, position }) => {
      for (const [nth, one] of found.entries()) {
        const more = { stream, attempt, isApproved, since: at, place: [position, nth] } as const
        const open: OpenFollowUp = { ...one, ...more }
        rows.set(openFollowUps + one.key, open)
      }
    },
    'task.subtaskAsked': (rows, { followUp }) => settle(rows, followUp),
    'task.subtaskRefused': (rows, { request }) => settle(rows, request),
    'task.subtaskAdded': (rows, { request, id }, { stream }) => {
      settle(rows, request)
      const task = taskOf(stream)
      rows.set(originOf(`task/${task.backlog}/${id}`), task.id)
    },
  },
}

/** Open findings in the order in which they were found. */
export function inOrderFound(rows: Iterable<OpenFollowUp>): OpenFollowUp[] {
  return [...rows].sort(({ place: a }, { place: b }) => a[0] - b[0] || a[1] - b[1])
}

function settle(rows: Rows, key: string | undefined): void {
  if (key !== undefined && rows.get(openFollowUps + key) !== undefined)
    rows.set(openFollowUps + key, undefined)
}
