import { exitCodes } from '../../errors.ts'
import type { Run } from '../../runtime/run.ts'
import type { Io } from '../io.ts'

/** The signals that end a run, and what has come of them. */
export type Signals = { last(): NodeJS.Signals | null; stop(): void }

/**
 * Ctrl-C once lets what runs end; twice ends it and puts its tasks back; a third time leaves at once, with the
 * agents running on for the next `resume`. SIGTERM is like Ctrl-C twice.
 */
export function listenToSignals(io: Io, run: Run, say: (text: string) => void): Signals {
  let presses = 0
  let last: NodeJS.Signals | null = null

  const heard = (signal: NodeJS.Signals): void => {
    last = signal
    presses = signal === 'SIGINT' ? presses + 1 : Math.max(presses + 1, 2)
    if (presses > 2 && signal === 'SIGINT') io.exit(exitCodes.interrupted)
    else if (presses >= 2) {
      say('Ending what runs and putting its tasks back. Once more leaves at once.')
      run.interrupt(`${signal} was received`).catch(() => undefined) // the run's own end tells
    } else {
      say('Letting what runs end. Press Ctrl-C again to end it now.')
      run.drain(`${signal} was received`).catch(() => undefined) // the run's own end tells
    }
  }

  const stop = io.onSignal(['SIGINT', 'SIGTERM', 'SIGHUP'], heard)
  return { last: () => last, stop }
}
