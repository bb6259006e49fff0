import type { Clock } from '../../ports/clock.ts'

/** The part of a Bottleneck group that Octokit's throttling asks for. */
type Pace = {
  key(id: string): { schedule(options: unknown, work: () => Promise<unknown>): Promise<unknown> }
}

/** Lets one through at a time, each at least so many milliseconds after the one before. */
export function paced(ms: number, clock: Clock): Pace {
  let last: Promise<unknown> = Promise.resolve()
  let free = 0
  const { signal } = new AbortController()
  const schedule = (_: unknown, work: () => Promise<unknown>): Promise<unknown> => {
    const turn = async (): Promise<unknown> => {
      await clock.until(new Date(free), signal)
      free = clock.now().getTime() + ms
      return work()
    }
    last = last.then(turn, turn)
    return last
  }
  return { key: () => ({ schedule }) }
}
