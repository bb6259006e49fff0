import { LoopworkError } from '../../errors.ts'
import type { Fact } from '../../events/catalogue.ts'
import type { StreamId } from '../../events/event.ts'
import type { Draft } from '../../events/record.ts'
import type { Fence, Write } from '../../ports/event-log.ts'
import { type Link, linkOf, noLink } from './codec.ts'
import { encodeFact } from './fact-codec.ts'
import { isRightful } from './fences.ts'
import type { Tables } from './tables.ts'

/** One append as it waits for its commit. */
export type Append = {
  readonly writes: readonly { readonly write: Write; readonly drafts: readonly Draft[] }[]
  readonly fence: Fence | undefined
}

/** What became of one append of a commit. */
export type Outcome = readonly Fact[] | LoopworkError

/** Writes appends in one transaction, each of them whole or not at all; durable when it returns. */
export type Commit = (appends: readonly Append[]) => Outcome[]

/** The end of the log: the position of the newest event, and the link that the next one follows. */
type End = { readonly position: number; readonly link: Link }

export function createCommit(tables: Tables): Commit {
  const { root, events, streams, fences, leases } = tables
  let newest: End | null = null

  const write = ({ writes, fence }: Append, after: End): End & { facts: Fact[] } => {
    if (fence?.raise) {
      fences.putSync(fence.name, fence.token)
      leases.removeSync(fence.name) // it was that of the holder before
    }
    const facts: Fact[] = []
    let { link } = after
    for (const { write, drafts } of writes) {
      drafts.forEach((one, nth) => {
        const position = after.position + facts.length + 1
        const fact = { ...one, position, version: write.expectedVersion + nth + 1 }
        const bytes = encodeFact(one, fact.version, link)
        link = linkAt(position, bytes)
        events.putSync(position, bytes)
        streams.putSync([write.stream, fact.version], position)
        facts.push(fact)
      })
    }
    return { facts, position: after.position + facts.length, link }
  }

  return (appends) => {
    let end: End | null = null
    tables.assertRoom(writesIn(appends))
    const outcomes = root.transactionSync(() => {
      assertNotRewound(tables, newest)
      let after = endOf(tables)
      const written = appends.map((append): Outcome => {
        const refusal = refusalOf(tables, append)
        if (refusal) return refusal
        const { facts, ...next } = write(append, after)
        after = next
        return facts
      })
      end = after
      return written
    })
    newest = end
    return outcomes
  }
}

/** Each event is written twice: by its position, and by its place in its stream. */
function writesIn(appends: readonly Append[]): number {
  return (
    2 *
    appends.reduce((sum, { writes }) => sum + writes.reduce((all, { drafts }) => all + drafts.length, 0), 0)
  )
}

/** Nothing is ever built on an event that is damaged. */
function endOf({ events }: Tables): End {
  for (const { key, value } of events.getRange({ reverse: true, limit: 1 })) {
    return { position: key, link: Buffer.from(linkAt(key, value)) }
  }
  return { position: 0, link: noLink }
}

function linkAt(position: number, bytes: Buffer): Link {
  return linkOf(bytes, () => `the event at position ${position}`)
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

/** What this process saw last must still be there: otherwise the store was wound back, and all must stop. */
function assertNotRewound({ events }: Tables, newest: End | null): void {
  if (!newest || newest.position === 0) return
  const bytes = events.get(newest.position)
  if (bytes && linkAt(newest.position, bytes).equals(newest.link)) return
  throw new LoopworkError('corrupt', `the event at position ${newest.position} is no longer in the store`, {
    hint: 'Was the state folder restored or shared with another machine? Stop all loops before you go on.',
  })
}
