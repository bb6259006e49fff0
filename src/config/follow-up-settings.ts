import { defaultGrowth, type GrowthLimits } from '../machines/growth.ts'
import type { LoopworkConfig } from './loopwork-config.ts'
import { pick, type Sources } from './sources.ts'
import { flag } from './values.ts'

/** How what attempts have left to be done is found and made into tasks. */
export type FollowUpSettings = {
  /** `own`: the object that the configuration holds. */
  readonly analyzer: 'pattern' | 'llm' | 'own'
  /** Whether they become parts of the task that they were found in. */
  readonly isPart: boolean
  /** How many of one attempt. */
  readonly most: number
  /** Whether nobody has to be asked. */
  readonly isApproved: boolean
  /** Whether the run says what it has found. */
  readonly isTold: boolean
}

const most = 5

/** Null where the configuration does not name it, or the command line forbids it. */
export function resolveFollowUps(sources: Sources): FollowUpSettings | null {
  const { dynamicTasks } = sources.config
  const isWanted = pick(sources, { flag: 'dynamicTasks', schema: flag })
  if (!(isWanted ?? (dynamicTasks !== undefined && dynamicTasks.enabled !== false))) return null
  const {
    analyzer = 'pattern',
    createSubTasks,
    maxTasksPerExecution,
    autoApprove,
    logCreatedTasks,
  } = dynamicTasks ?? {}
  return {
    analyzer: typeof analyzer === 'string' ? analyzer : 'own',
    isPart: createSubTasks ?? true,
    most: maxTasksPerExecution ?? most,
    isApproved: autoApprove ?? true,
    isTold: logCreatedTasks ?? true,
  }
}

/** Whether agents may add tasks at all: what the command line says, or else the configuration. */
function mayAddTasks(sources: Sources, { dynamicTasks = {} }: LoopworkConfig): boolean {
  return pick(sources, { flag: 'dynamicTasks', schema: flag }) ?? dynamicTasks.enabled ?? true
}

/** How far agents may make the backlog grow. */
export function resolveGrowth(sources: Sources): GrowthLimits & { readonly isAllowed: boolean } {
  const { maxTasksPerExecution, maxDepth, maxOpenTasks } = sources.config.dynamicTasks ?? {}
  return {
    isAllowed: mayAddTasks(sources, sources.config),
    perAttempt: maxTasksPerExecution ?? defaultGrowth.perAttempt,
    depth: maxDepth ?? defaultGrowth.depth,
    open: maxOpenTasks ?? defaultGrowth.open,
  }
}
