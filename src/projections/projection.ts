import type { DomainEvent, Fact } from '../events/catalogue.ts'

/** The rows of a view while facts are folded into it. Rows are replaced, never changed in place. */
export type Rows = {
  get(key: string): unknown
  /** Undefined takes the row away. */
  set(key: string, row: unknown): void
}

/** What a projection does with each kind of event. Kinds it does not name leave its rows as they are. */
type Table = {
  readonly [Type in DomainEvent['type']]?: (
    rows: Rows,
    data: Extract<DomainEvent, { type: Type }>['data'],
    fact: Fact,
  ) => void
}

/**
 * A view of the log that can always be thrown away and folded again. It is kept in rows, so that a new event
 * costs only the rows it touches.
 */
export type Projection = {
  readonly name: string
  /** Raised when `on` changes meaning: the view is then rebuilt. */
  readonly version: number
  readonly on: Table
}

/** One fact further. */
export function fold(projection: Projection, rows: Rows, fact: Fact): void {
  const step = projection.on[fact.event.type] as ((rows: Rows, data: unknown, fact: Fact) => void) | undefined
  step?.(rows, fact.event.data, fact)
}
