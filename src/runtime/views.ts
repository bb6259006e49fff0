import { isFailure } from '../errors.ts'
import type { Fact } from '../events/catalogue.ts'
import type { EventLog } from '../ports/event-log.ts'
import type { Checkpoint, RowChange, ViewStore } from '../ports/view-store.ts'
import { fold, type Projection, type Rows } from '../projections/projection.ts'

/** One view, as far as the log goes. */
export type View = {
  /** Folds what is new. */
  catchUp(): Promise<void>
  /** Takes facts that were read anyway; those it has already are passed over. */
  take(batch: readonly Fact[]): Promise<void>
  row<Row>(key: string): Promise<Row | undefined>
  rows<Row>(prefix: string): Promise<ReadonlyMap<string, Row>>
  /** All rows, as a map that goes on living with the view. Removed rows are undefined. */
  all(): Promise<ReadonlyMap<string, unknown>>
  /** Hears the key of each row that a fact changes, from now on. */
  watch(hear: (key: string) => void): void
  /** Keeps what was folded, if it is at least `worth` events; otherwise the next reader folds it again. */
  save(worth?: number): Promise<void>
  readonly position: number
}

/** Thrown inside a fold that needs a row which is not in memory yet. */
const absent = Symbol('a row that is still in the store')

/**
 * Opens a view from its checkpoint; without one, or with one of another version, from the start of the log.
 */
export async function openView(
  projection: Projection,
  house: { readonly log: Pick<EventLog, 'readAfter'>; readonly store: ViewStore },
): Promise<View> {
  const found = await house.store.checkpoint(projection.name)
  const isUsable = found !== null && found.version === projection.version
  if (found && !isUsable) await house.store.drop(projection.name)
  let base: Checkpoint | null = isUsable ? found : null
  let position = base?.position ?? 0
  let folded = 0
  let isWhole = base === null
  const memory = new Map<string, unknown>()
  const dirty = new Set<string>()
  const watchers: ((key: string) => void)[] = []

  const load = async (key: string): Promise<unknown> => {
    if (!isWhole && !memory.has(key)) memory.set(key, await house.store.row(projection.name, key))
    return memory.get(key)
  }

  const step = (fact: Fact): string | undefined => {
    const changes = new Map<string, unknown>()
    let missing: string | undefined
    const rows: Rows = {
      get: (key) => {
        if (changes.has(key)) return changes.get(key)
        if (isWhole || memory.has(key)) return memory.get(key)
        missing = key
        throw absent
      },
      set: (key, row) => changes.set(key, row),
    }
    try {
      fold(projection, rows, fact)
    } catch (thrown) {
      if (thrown === absent) return missing
      throw thrown
    }
    for (const [key, row] of changes) {
      memory.set(key, row)
      dirty.add(key)
      for (const hear of watchers) hear(key)
    }
    return undefined
  }

  const takeInOrder = async (batch: readonly Fact[]): Promise<void> => {
    for (const fact of batch) {
      if (fact.position <= position) continue
      for (let key = step(fact); key !== undefined; key = step(fact)) await load(key)
      position = fact.position
      folded += 1
    }
  }

  const catchUp = async (): Promise<void> => {
    for await (const batch of house.log.readAfter(position)) await takeInOrder(batch)
  }

  // One at a time, or two readers would fold the same fact twice.
  let last: Promise<unknown> = Promise.resolve()
  const serially = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work, work)
    last = next.catch(() => undefined) // the caller hears of it
    return next
  }

  const readAll = async (prefix: string): Promise<void> => {
    for (const [key, row] of await house.store.rows(projection.name, prefix)) {
      if (!memory.has(key)) memory.set(key, row)
    }
    if (prefix === '') isWhole = true
  }

  const save = async (worth: number): Promise<void> => {
    if (folded < worth) return
    const to = { view: projection.name, version: projection.version, position }
    const changes = [...dirty].map((key): RowChange => [key, memory.get(key)])
    let isSaved = await house.store.save(base, to, changes)
    if (!isSaved) {
      // Somebody else was first. What changed since their checkpoint is among what changed since ours.
      base = await house.store.checkpoint(projection.name)
      if (base?.version !== projection.version || base.position >= position) return
      isSaved = await house.store.save(base, to, changes)
    }
    if (!isSaved) return
    base = to
    dirty.clear()
    folded = 0
  }

  return {
    catchUp: () => serially(catchUp),
    take: (batch) =>
      serially(() => {
        const next = batch.find((fact) => fact.position > position)
        return next && next.position > position + 1 ? catchUp() : takeInOrder(batch)
      }),
    row: <Row>(key: string) => serially(async () => (await load(key)) as Row | undefined),
    rows: async <Row>(prefix: string) => {
      if (!isWhole) await readAll(prefix)
      const found = [...memory].filter(([key, row]) => row !== undefined && key.startsWith(prefix))
      return new Map(found.sort(([a], [b]) => (a < b ? -1 : 1))) as Map<string, Row>
    },
    all: async () => {
      if (!isWhole) await readAll('')
      return memory
    },
    watch: (hear) => {
      watchers.push(hear)
    },
    save: (worth = 1) => serially(() => save(worth).catch(unlessFull)),
    get position() {
      return position
    },
  }
}

/** A view can be folded again: that the disk takes no more is for those to tell who write what cannot. */
function unlessFull(thrown: unknown): void {
  if (!isFailure(thrown, 'unavailable')) throw thrown
}
