import type { LoopRow } from '../projections/loops.ts'
import { instantText } from '../projections/wording.ts'

/** What whoever starts a loop must know of a pause that was never taken back; null where there is none. */
export function pausedText({ namespace, pause }: Pick<LoopRow, 'namespace' | 'pause'>): string | null {
  if (!pause) return null
  return `${namespace} is paused since ${instantText(pause.since)} (${pause.reason}): it begins nothing before \`loopwork continue ${namespace}\``
}
