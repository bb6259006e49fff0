import type { LoopStatus } from './status-answer.ts'

/** What is said of an attempt that its loop no longer looks after: its agent may long have ended. */
export const leftText = 'left by its loop; its result is read at the next start'

/** Whether the loop that has an attempt open no longer looks after it. */
export function isLeft(
  namespace: string | null,
  loops: readonly Pick<LoopStatus, 'namespace' | 'state'>[],
): boolean {
  const state = loops.find((loop) => loop.namespace === namespace)?.state
  return state === 'stopped' || state === 'crashed' || state === 'silent'
}
