import type { Priority } from '../events/shapes.ts'
import type { LoopworkConfig } from './loopwork-config.ts'

const byNumber: readonly Priority[] = ['high', 'high', 'medium', 'low', 'background']

/** The priority of tasks that say none. Numbers are as the predecessor had them: 1 is the most urgent, 5 the least. */
export function resolveDefaultPriority({ defaultPriority = 'medium' }: LoopworkConfig): Priority {
  if (typeof defaultPriority === 'string') return defaultPriority
  return byNumber[defaultPriority - 1] ?? 'medium'
}
