import type { Clock } from '../../ports/clock.ts'

/** Longest sleep between two looks at the wall clock, in milliseconds: a suspended machine wakes late by no more. */
const longestSleep = 60_000

/** The wall clock of this machine. */
export const systemClock: Clock = {
  now: () => new Date(),
  until: (instant, signal) =>
    new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined
      const abandon = (): void => {
        clearTimeout(timer)
        reject(signal.reason)
      }
      const look = (): void => {
        const left = instant.getTime() - Date.now()
        if (left > 0) {
          timer = setTimeout(look, Math.min(left, longestSleep))
          return
        }
        signal.removeEventListener('abort', abandon)
        resolve()
      }
      if (signal.aborted) return abandon()
      signal.addEventListener('abort', abandon, { once: true })
      look()
    }),
}
