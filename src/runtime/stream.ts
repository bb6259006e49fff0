import { concatMap, defer, from, map, type Observable, startWith, tap } from 'rxjs'
import type { Fact } from '../events/catalogue.ts'
import type { EventLog } from '../ports/event-log.ts'

/** All facts after a position, and then all that follow. */
export type FactStream = (after: number) => Observable<readonly Fact[]>

/**
 * The log as a stream of batches. The bell carries nothing: it only says that one should look again. So
 * nobody can miss a fact or see one twice, and a bell may ring too early or too often without harm.
 */
export function streamOf(log: Pick<EventLog, 'readAfter' | 'bell'>): FactStream {
  return (after) =>
    defer(() => {
      let position = after
      return log.bell.pipe(
        map(() => undefined),
        startWith(undefined),
        concatMap(() => from(log.readAfter(position))),
        tap((batch) => {
          position = batch.at(-1)?.position ?? position
        }),
      )
    })
}
