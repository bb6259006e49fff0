import { Subject } from 'rxjs'
import { LoopworkError } from '../../errors.ts'
import type { Fact } from '../../events/catalogue.ts'
import type { StreamId } from '../../events/event.ts'
import { draft } from '../../events/record.ts'
import type { Clock } from '../../ports/clock.ts'
import type { EventLog, Fence } from '../../ports/event-log.ts'

/** How many events are given at once. */
const pageSize = 512

/** An event log that lasts as long as its process: for tests, and for trying something out. */
export function openMemoryEventLog(given: { readonly clock: Pick<Clock, 'now'>; newId(): string }): EventLog {
  const facts: Fact[] = []
  const streams = new Map<StreamId, Fact[]>()
  const fences = new Map<string, number>()
  const bell = new Subject<void>()

  const assertFence = ({ name, token, raise }: Fence): void => {
    const raised = fences.get(name) ?? 0
    if (raise ? token > raised : token === raised) return
    throw new LoopworkError('held', `another process has taken over ${name}`, {
      hint: '`loopwork status` says which.',
    })
  }

  const assertVersion = (stream: StreamId, expected: number): void => {
    const version = streams.get(stream)?.length ?? 0
    if (version === expected) return
    throw new LoopworkError('conflict', `${stream} is at version ${version}, not at ${expected}`, {
      hint: 'Somebody else wrote first. Read again, then retry.',
    })
  }

  return {
    append: async (writes, context) => {
      const { fence } = context
      const envelope = { ...context, at: given.clock.now().toISOString() }
      const drafts = writes.map((write) => draft(write.stream, write.events, envelope, given.newId))
      if (fence) assertFence(fence)
      for (const { stream, expectedVersion } of writes) assertVersion(stream, expectedVersion)

      if (fence?.raise) fences.set(fence.name, fence.token)
      const written = drafts.flat().map((one): Fact => {
        const history = streams.get(one.stream) ?? []
        const fact = { ...one, position: facts.length + 1, version: history.length + 1 }
        streams.set(one.stream, history)
        history.push(fact)
        facts.push(fact)
        return fact
      })
      bell.next()
      return written
    },

    async *readStream(stream, afterVersion = 0) {
      yield* (streams.get(stream) ?? []).slice(afterVersion)
    },

    async *readAfter(position, { limit = Number.POSITIVE_INFINITY } = {}) {
      const end = Math.min(facts.length, position + limit)
      for (let from = position; from < end; from += pageSize) {
        yield facts.slice(from, Math.min(end, from + pageSize))
      }
    },

    head: async () => facts.length,
    bell,
    close: async () => bell.complete(),
  }
}
