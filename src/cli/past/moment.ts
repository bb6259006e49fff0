import { LoopworkError } from '../../errors.ts'
import type { Fact } from '../../events/catalogue.ts'
import type { EventLog } from '../../ports/event-log.ts'
import { parseSince } from '../since.ts'

/** A moment of the log: after a position, or at an instant. */
export type Moment = { readonly position: number } | { readonly instant: Date }

/** What a person names a moment by: a position, `now`, `10m` ago, or a date. */
export function parseMoment(text: string, now: Date): Moment {
  if (text === 'now') return { position: Number.MAX_SAFE_INTEGER }
  if (!/^\d+$/.test(text)) return { instant: parseSince(text, now) }
  const position = Number(text)
  if (Number.isSafeInteger(position)) return { position }
  throw new LoopworkError('invalid', `${text} is no position`, {
    hint: 'Positions count events from 1; `loopwork log` shows them.',
  })
}

/** The log as it was at a moment: nothing that came later is read. */
export function logUntil(log: Pick<EventLog, 'readAfter'>, moment: Moment): Pick<EventLog, 'readAfter'> {
  const isBefore = (fact: Fact): boolean =>
    'position' in moment ? fact.position <= moment.position : new Date(fact.at) <= moment.instant
  return {
    async *readAfter(after) {
      for await (const batch of log.readAfter(after)) {
        const end = batch.findIndex((fact) => !isBefore(fact))
        if (end !== 0) yield end < 0 ? batch : batch.slice(0, end)
        if (end >= 0) return
      }
    },
  }
}
