import { asFailure, isFailure, wordsOf } from '../errors.ts'
import type { TaskStream } from '../events/event.ts'
import { taskOf } from '../events/event.ts'
import { statusOf } from '../machines/reconcile.ts'
import { outageWait } from '../machines/retry.ts'
import type { TaskCommand } from '../machines/task/commands.ts'
import type { BacklogStatus, Delivery } from '../ports/backlog.ts'
import type { Subtask, Telling } from '../projections/outbox.ts'
import type { TaskRow } from '../projections/task-row.ts'
import type { House } from './house.ts'
import type { View } from './views.ts'

/** Tells a remote backlog one thing at a time, and writes down what came of it. `tasks` is a view of the board. */
export function createDelivery(
  house: Pick<House, 'backlog' | 'dispatch' | 'clock'> & { refused(): void },
  tasks: View,
) {
  const { backlog, dispatch, clock } = house
  const begun = new Set<string>()
  let failures = 0

  const say = async (stream: string, command: TaskCommand): Promise<void> => {
    await dispatch([{ stream: stream as TaskStream, command }])
  }

  /** Gives the instant to wait for where it could not be told. */
  const deliver = async (telling: Telling): Promise<string | null> => {
    const { request, stream, status, note, subtask } = telling
    if (subtask) return add(telling, subtask)
    await tasks.catchUp()
    const row = await tasks.row<TaskRow>(stream)
    const isTrue = row !== undefined && statusOf(row.state) === status
    const dropped = { type: 'dropTell', request, status } as const
    if (!row || (!isTrue && note === null)) {
      await say(stream, { ...dropped, reason: 'it is no longer so' })
      return null
    }
    try {
      const delivery = deliveryOf(request)
      const now = (isTrue ? status : row.told) as BacklogStatus
      await backlog.tell(taskOf(stream).id, now, note ?? undefined, delivery)
      if (isTrue) await say(stream, { type: 'reportTold', request, status })
      else await say(stream, { ...dropped, reason: 'it is no longer so; the note was left' })
      return null
    } catch (thrown) {
      return answer(telling, thrown)
    }
  }

  const deliveryOf = (request: string): Delivery => {
    const mayBeDone = begun.has(request)
    begun.add(request)
    return { key: request, mayBeDone }
  }

  const add = async (
    telling: Telling,
    { attempt: _, followUp, isPart = true, ...wanted }: Subtask,
  ): Promise<string | null> => {
    const { request, stream } = telling
    const { title, priority, ...more } = wanted
    try {
      const task = {
        ...more,
        title,
        ...(isPart ? { parent: taskOf(stream).id } : {}),
        ...(priority ? { priority } : {}),
        key: followUp ?? request,
      }
      const id = await backlog.add(task)
      await say(stream, { type: 'reportAdded', request, id, title })
      house.refused()
      return null
    } catch (thrown) {
      return answer(telling, thrown)
    }
  }

  /** What cannot be told now waits; what the backlog will not have is dropped, and looked at again. */
  const answer = async (
    { request, stream, status, subtask }: Telling,
    thrown: unknown,
  ): Promise<string | null> => {
    const reason = wordsOf(asFailure(thrown))
    if (!isFailure(thrown, 'unavailable')) {
      if (subtask) await say(stream, { type: 'refuseSubtask', request, title: subtask.title, reason })
      else await say(stream, { type: 'dropTell', request, status, reason })
      house.refused()
      return null
    }
    failures += 1
    const nextTry = outageWait(failures, clock.now())
    await say(stream, { type: 'delayTell', request, problem: reason, nextTry })
    return nextTry
  }

  return {
    /** What another process may have begun is looked for before it is repeated. */
    assumeBegun: (request: string): void => void begun.add(request),
    deliver: async (telling: Telling): Promise<string | null> => {
      const nextTry = await deliver(telling)
      if (nextTry === null) failures = 0
      return nextTry
    },
  }
}
