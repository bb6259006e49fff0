import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { NEVER } from 'rxjs'
import { LoopworkError } from '../../errors.ts'
import { assertReadable, type Fact, parseEvent } from '../../events/catalogue.ts'
import type { EventLog } from '../../ports/event-log.ts'

/** A log that can only be read. */
export type Recording = Omit<EventLog, 'append' | 'close'>

/** How many events are given at once. */
const pageSize = 512

/** Opens a log that was written to a file as JSON Lines, whole and in order, and checks every line of it. */
export async function openRecording(file: string): Promise<Recording> {
  const facts: Fact[] = []
  try {
    for await (const line of createInterface({
      input: createReadStream(file),
      crlfDelay: Number.POSITIVE_INFINITY,
    })) {
      if (line.trim() !== '') facts.push(factIn(line, facts.length + 1, file))
    }
  } catch (thrown) {
    if (thrown instanceof LoopworkError) throw thrown
    throw new LoopworkError('not_found', `${file} cannot be read: ${(thrown as Error).message}`, {
      cause: thrown,
    })
  }
  return {
    async *readStream(stream, afterVersion = 0) {
      for (const fact of facts) if (fact.stream === stream && fact.version > afterVersion) yield fact
    },
    async *readAfter(position, { limit = Number.POSITIVE_INFINITY } = {}) {
      const end = Math.min(facts.length, position + limit)
      for (let from = position; from < end; from += pageSize) {
        yield facts.slice(from, Math.min(end, from + pageSize))
      }
    },
    head: async () => facts.length,
    bell: NEVER,
  }
}

function factIn(line: string, nth: number, file: string): Fact {
  const where = `line ${nth} of ${file}`
  const fact = parsed(line)
  const isWhole =
    fact !== null &&
    typeof fact.at === 'string' &&
    !Number.isNaN(Date.parse(fact.at)) &&
    typeof fact.stream === 'string' &&
    /^(task|loop)\/./.test(fact.stream) &&
    typeof Object(fact.event).type === 'string'
  if (!isWhole) {
    throw new LoopworkError('invalid', `${where} is no event`, {
      hint: 'A recording is what `loopwork export` writes: one event a line.',
    })
  }
  if (fact.position !== nth) {
    throw new LoopworkError('invalid', `${where} is event ${fact.position}, so the recording is not whole`, {
      hint: 'Write all events from the first on, in order.',
    })
  }
  assertReadable(fact.schema, where)
  return { ...fact, event: parseEvent(fact.event, where) }
}

function parsed(line: string): Fact | null {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? (value as Fact) : null
  } catch {
    return null
  }
}
