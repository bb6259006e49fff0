import { firstValueFrom, fromEvent, type Observable, race, Subject, timer } from 'rxjs'

/** Lets a reader wait for the next ring without missing one that came while it read. */
export type RingCounter = {
  readonly rings: number
  /** Resolves when there were rings since, after `atMostMs`, or when `signal` aborts. */
  since(seen: number, signal: AbortSignal, atMostMs: number): Promise<void>
  close(): void
}

export function countRings(bell: Observable<void>): RingCounter {
  const rung = new Subject<void>()
  let rings = 0
  const listening = bell.subscribe(() => {
    rings += 1
    rung.next()
  })
  return {
    get rings() {
      return rings
    },
    since: async (seen, signal, atMostMs) => {
      if (signal.aborted || rings !== seen) return
      await firstValueFrom(race(rung, fromEvent(signal, 'abort'), timer(atMostMs)), {
        defaultValue: undefined,
      })
    },
    close: () => listening.unsubscribe(),
  }
}
