import { LoopworkError } from '../../errors.ts'
import type { Fact } from '../../events/catalogue.ts'
import type { StreamId } from '../../events/event.ts'
import type { Draft } from '../../events/record.ts'
import type { Fence, Write } from '../../ports/event-log.ts'
import { encodeFact } from './fact-codec.ts'
import { isRightful } from './fences.ts'
import { lastPosition, type Tables } from './tables.ts'

/** One append as it waits for its commit. */
export type Append = {
  readonly writes: readonly { readonly write: Write; readonly drafts: readonly Draft[] }[]
  readonly fence: Fence | undefined
}

/** What became of one append of a commit. */
export type Outcome = readonly Fact[] | LoopworkError

/** Writes appends in one transaction, each of them whole or not at all; durable when it returns. */
export type Commit = (appends: readonly Append[]) => Outcome[]

type Newest = { readonly position: number; readonly bytes: Buffer }

export function createCommit(tables: Tables): Commit {
  const { root, events, streams, fences, leases } = tables
  let newest: Newest | null = null

  const write = ({ writes, fence }: Append, after: number): Newest & { facts: Fact[] } => {
    if (fence?.raise) {
      fences.putSync(fence.name, fence.token)
      leases.removeSync(fence.name) // it was that of the holder before
    }
    const facts: Fact[] = []
    let bytes: Buffer = Buffer.alloc(0)
    for (const { write, drafts } of writes) {
      drafts.forEach((one, nth) => {
        const fact = { ...one, position: after + facts.length + 1, version: write.expectedVersion + nth + 1 }
        bytes = encodeFact(one, fact.version)
        events.putSync(fact.position, bytes)
        streams.putSync([write.stream, fact.version], fact.position)
        facts.push(fact)
      })
    }
    return { facts, position: after + facts.length, bytes }
  }

  return (appends) => {
    let last = newest
    const outcomes = root.transactionSync(() => {
      assertNotRewound(tables, newest)
      let position = lastPosition(tables)
      return appends.map((append): Outcome => {
        const refusal = refusalOf(tables, append)
        if (refusal) return refusal
        const written = write(append, position)
        if (written.facts.length > 0) last = written
        position = written.position
        return written.facts
      })
    })
    newest = last
    return outcomes
  }
}

function refusalOf(tables: Tables, { writes, fence }: Append): LoopworkError | null {
  if (fence && !isRightful(tables, fence)) {
    return new LoopworkError('held', `another process has taken over ${fence.name}`, {
      hint: '`loopwork status` says which.',
    })
  }
  for (const { write } of writes) {
    const version = versionOf(tables, write.stream)
    if (version === write.expectedVersion) continue
    return new LoopworkError(
      'conflict',
      `${write.stream} is at version ${version}, not at ${write.expectedVersion}`,
      { hint: 'Somebody else wrote first. Read again, then retry.' },
    )
  }
  return null
}

function versionOf({ streams }: Tables, stream: StreamId): number {
  const range = { start: [stream, Number.MAX_SAFE_INTEGER], end: [stream, 0], reverse: true, limit: 1 }
  for (const key of streams.getKeys(range)) return key[1]
  return 0
}

/** What this process wrote last must still be there: otherwise the store was wound back, and all must stop. */
function assertNotRewound({ events }: Tables, newest: Newest | null): void {
  if (!newest || events.get(newest.position)?.equals(newest.bytes)) return
  throw new LoopworkError('corrupt', `the event at position ${newest.position} is no longer in the store`, {
    hint: 'Was the state folder restored or shared with another machine? Stop all loops before you go on.',
  })
}
