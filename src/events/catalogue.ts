import { LoopworkError } from '../errors.ts'
import type { EventOf, Recorded } from './event.ts'
import { loopEvents } from './loop.ts'
import { taskEvents } from './task.ts'

/** The version of the vocabulary below. Raised when an event is added or gains a field that must be there. */
export const schemaVersion = 1

/** Every event the log may hold. `docs/events.md` is printed from it. */
export const catalogue = { ...loopEvents, ...taskEvents }

export type DomainEvent = EventOf<typeof catalogue>
export type Fact = Recorded<DomainEvent>

const upgrade = 'It was written by a newer loopwork. Upgrade loopwork, then try again.'

/** Checked twice: before an event is written, and after it is read back. `where` is named in the refusal. */
export function parseEvent(candidate: { type: string; data: unknown }, where = 'an event'): DomainEvent {
  const { type, data } = candidate
  if (!Object.hasOwn(catalogue, type)) {
    throw new LoopworkError('corrupt', `${where} is of the unknown type ${JSON.stringify(type)}`, {
      hint: upgrade,
    })
  }
  const parsed = catalogue[type as DomainEvent['type']].safeParse(data)
  if (!parsed.success) {
    const at = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'data'}: ${message}`)
    throw new LoopworkError('corrupt', `${where} is a malformed ${type}: ${at.join('; ')}`, {
      hint: 'Nothing was changed. `loopwork rebuild --check` says how far the log can be read.',
      cause: parsed.error,
    })
  }
  return { type, data: parsed.data } as DomainEvent
}

/** Refuses what only a newer version can understand. */
export function assertReadable(schema: number, where: string): void {
  if (schema > schemaVersion) {
    throw new LoopworkError(
      'corrupt',
      `${where} is of schema ${schema}; this version reads up to ${schemaVersion}`,
      { hint: upgrade },
    )
  }
}
