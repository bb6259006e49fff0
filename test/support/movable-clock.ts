import type { Clock } from '../../src/ports/clock.ts'

/** The real time, which a test can move on. Whoever waits notices. */
export type MovableClock = Clock & { moveTo(instant: Date): void }

export function movableClock(start: Date): MovableClock {
  let shiftMs = start.getTime() - Date.now()
  const looks = new Set<() => void>()
  const now = (): Date => new Date(Date.now() + shiftMs)

  return {
    now,
    moveTo: (instant) => {
      shiftMs = instant.getTime() - Date.now()
      for (const look of [...looks]) look()
    },
    until: (instant, signal) =>
      new Promise((resolve, reject) => {
        let timer: NodeJS.Timeout | undefined
        const end = (settle: () => void): void => {
          clearTimeout(timer)
          looks.delete(look)
          signal.removeEventListener('abort', abandon)
          settle()
        }
        const abandon = (): void => end(() => reject(signal.reason))
        const look = (): void => {
          clearTimeout(timer)
          const left = instant.getTime() - now().getTime()
          if (left <= 0) end(resolve)
          else timer = setTimeout(look, Math.min(left, 60_000))
        }
        if (signal.aborted) return reject(signal.reason)
        signal.addEventListener('abort', abandon, { once: true })
        looks.add(look)
        look()
      }),
  }
}
