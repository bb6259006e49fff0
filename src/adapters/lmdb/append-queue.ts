import { LoopworkError } from '../../errors.ts'
import type { Fact } from '../../events/catalogue.ts'
import { draft } from '../../events/record.ts'
import type { Clock } from '../../ports/clock.ts'
import type { AppendContext, Write } from '../../ports/event-log.ts'
import type { Bell } from './bell.ts'
import { type Append, createCommit, type Outcome } from './commit.ts'
import { storeFailure } from './failures.ts'
import type { Gate } from './gate.ts'
import type { Tables } from './tables.ts'

type Waiting = { readonly append: Append; settle(outcome: Outcome): void }

/** Appends that wait for their turn; those that are asked for together share one commit. */
export type AppendQueue = {
  append(writes: readonly Write[], context: AppendContext): Promise<Fact[]>
  /** Resolves when nothing waits any more. */
  settled(): Promise<void>
}

export function createAppendQueue(given: {
  readonly tables: Tables
  readonly gate: Gate
  readonly bell: Bell
  readonly clock: Pick<Clock, 'now'>
  newId(): string
}): AppendQueue {
  const { tables, gate, bell, clock, newId } = given
  const commit = createCommit(tables)
  const queue: Waiting[] = []
  let flushing: Promise<void> | null = null

  /** One commit for all that wait by the time the gate lets us in. */
  const flushOnce = async (): Promise<void> => {
    let waiting: Waiting[] = []
    try {
      const outcomes = await gate.pass('shared', () => {
        waiting = queue.splice(0)
        return commit(waiting.map(({ append }) => append))
      })
      const newest = Math.max(...outcomes.map(newestOf))
      if (newest > 0) bell.ring(newest)
      for (const [nth, { settle }] of waiting.entries()) settle(outcomes[nth] ?? [])
    } catch (thrown) {
      const failure = storeFailure(thrown, 'writing events')
      if (waiting.length === 0) waiting = queue.splice(0)
      for (const { settle } of waiting) settle(failure)
    }
  }

  const flush = async (): Promise<void> => {
    await Promise.resolve() // whoever asks in the same turn comes along
    while (queue.length > 0) await flushOnce()
    flushing = null
  }

  return {
    append: (writes, context) =>
      new Promise<Fact[]>((resolve, reject) => {
        const envelope = { ...context, at: clock.now().toISOString() }
        const drafted = writes.map((write) => ({
          write,
          drafts: draft(write.stream, write.events, envelope, newId),
        }))
        queue.push({
          append: { writes: drafted, fence: context.fence },
          settle: (outcome) => (outcome instanceof LoopworkError ? reject(outcome) : resolve([...outcome])),
        })
        flushing ??= flush()
      }),
    settled: async () => {
      await flushing
    },
  }
}

function newestOf(outcome: Outcome): number {
  return outcome instanceof LoopworkError ? 0 : (outcome.at(-1)?.position ?? 0)
}
