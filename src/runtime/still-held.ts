import { LoopworkError } from '../errors.ts'
import type { Fact } from '../events/catalogue.ts'
import type { RunPlan } from './house.ts'

/** Another process has taken the namespace: this one has no right to go on. */
export function assertStillHeld(
  { loop, epoch }: Pick<RunPlan, 'loop' | 'epoch'>,
  batch: readonly Fact[],
): void {
  const usurper = batch.find(
    ({ stream, event }) => stream === loop && event.type === 'loop.started' && event.data.epoch > epoch,
  )
  if (!usurper) return
  throw new LoopworkError('held', 'another process has taken over this namespace', {
    hint: '`loopwork status` says which.',
  })
}
