import * as z from 'zod/mini'
import { agentShapes } from './agent-schema.ts'
import type { CustomBackend } from './backend-config.ts'
import { integrationShapes } from './integration-schema.ts'
import { isObject } from './is-object.ts'
import type { LoopworkPlugin } from './plugin-contract.ts'
import { retention } from './retention.ts'
import type { TaskAnalyzer } from './task-analyzer.ts'
import {
  amount,
  flag,
  milliseconds,
  namespacePattern,
  namespaceRule,
  oneOf,
  options,
  repoPattern,
  seconds,
  text,
  webAddress,
  whole,
} from './values.ts'

const backendRule = 'a backend, a function that makes one, or the name of a package'

/** Either of the two interfaces is known by what it must have. */
function isBackend(value: unknown): boolean {
  if (typeof value === 'function' || (typeof value === 'string' && value !== '')) return true
  return isObject(value) && (typeof value.listPendingTasks === 'function' || typeof value.read === 'function')
}

const anObject = { error: 'an object' }

const backend = z.looseObject(
  {
    type: z.optional(oneOf(['json', 'github', 'markdown', 'custom'])),
    path: z.optional(text),
    use: z.optional(z.custom<CustomBackend>(isBackend, { error: backendRule })),
    tasksFile: z.optional(text),
    tasksDir: z.optional(text),
    prdDirectory: z.optional(text),
    repo: z.optional(z.string({ error: 'owner/name' }).check(z.regex(repoPattern, { error: 'owner/name' }))),
    token: z.optional(text),
    labels: z.optional(z.record(z.string(), z.optional(text), anObject)),
    baseUrl: z.optional(webAddress),
    pollInterval: z.optional(seconds),
    writeInterval: z.optional(milliseconds),
    requestTimeout: z.optional(seconds),
  },
  anObject,
)

const dollars = amount('a number of dollars from 0', 0)

const price = z.object(
  {
    inputPer1M: dollars,
    outputPer1M: dollars,
    cacheReadPer1M: z.optional(dollars),
    cacheWritePer1M: z.optional(dollars),
  },
  { error: 'an object with inputPer1M and outputPer1M' },
)

const budgetRule = 'a number of dollars above 0'
const costTracking = z.looseObject(
  {
    enabled: z.optional(flag),
    dailyBudget: z.optional(z.number({ error: budgetRule }).check(z.positive({ error: budgetRule }))),
    alertThreshold: z.optional(amount('a number from 0 to 1', 0, 1)),
    defaultModel: z.optional(text),
    prices: z.optional(z.record(z.string(), price, anObject)),
  },
  anObject,
)

const analyzerRule = '"pattern", "llm" or an object with a method analyze'

function isAnalyzer(value: unknown): boolean {
  return value === 'pattern' || value === 'llm' || typeof Object(value).analyze === 'function'
}

const dynamicTasks = z.looseObject(
  {
    enabled: z.optional(flag),
    createSubTasks: z.optional(flag),
    autoApprove: z.optional(flag),
    logCreatedTasks: z.optional(flag),
    analyzer: z.optional(z.custom<TaskAnalyzer | 'pattern' | 'llm'>(isAnalyzer, { error: analyzerRule })),
    maxTasksPerExecution: z.optional(whole(0)),
    maxDepth: z.optional(whole(1)),
    maxOpenTasks: z.optional(whole(0)),
  },
  anObject,
)

const dashboard = z.looseObject(
  {
    enabled: z.optional(flag),
    port: z.optional(whole(0, 65_535)),
    host: z.optional(text),
    autoOpen: z.optional(flag),
  },
  anObject,
)

const aiMonitor = z.looseObject(
  { enabled: z.optional(flag), model: z.optional(text), dryRun: z.optional(flag) },
  anObject,
)

const plugin = z.custom<LoopworkPlugin | string>(isPlugin, {
  error: 'a plugin: an object or a function with a name, or the name of a package',
})

const priorities = [1, 2, 3, 4, 5, 'high', 'medium', 'low', 'background'] as const
const defaultPriority = z.literal(priorities, {
  error: 'a whole number from 1 to 5, or "high", "medium", "low" or "background"',
})

const shape = {
  ...agentShapes,
  ...integrationShapes,
  backend: z.optional(backend),
  maxIterations: z.optional(whole(1)),
  timeout: z.optional(seconds),
  taskTimeout: z.optional(seconds),
  lease: z.optional(seconds),
  retention: z.optional(retention),
  maxOutputBytes: z.optional(whole(1)),
  namespace: z.optional(
    z.string({ error: namespaceRule }).check(z.regex(namespacePattern, { error: namespaceRule })),
  ),
  feature: z.optional(text),
  defaultPriority: z.optional(defaultPriority),
  autoConfirm: z.optional(flag),
  nonInteractive: z.optional(flag),
  dryRun: z.optional(flag),
  debug: z.optional(flag),
  logLevel: z.optional(oneOf(['trace', 'debug', 'info', 'warn', 'error', 'silent'])),
  parallel: z.optional(z.union([whole(1), flag], { error: 'a whole number from 1, true or false' })),
  parallelFailureMode: z.optional(oneOf(['continue', 'abort-all'])),
  maxRetries: z.optional(whole(0)),
  retryDelay: z.optional(milliseconds),
  taskDelay: z.optional(milliseconds),
  circuitBreakerThreshold: z.optional(whole(1)),
  selfHealingCooldown: z.optional(milliseconds),
  orphanWatch: z.optional(options),
  costTracking: z.optional(costTracking),
  dynamicTasks: z.optional(dynamicTasks),
  plugins: z.optional(z.array(plugin, { error: 'a list of plugins' })),
  dashboard: z.optional(dashboard),
  aiMonitor: z.optional(aiMonitor),
}

/** Every key of the configuration. */
export const configKeys: readonly string[] = Object.keys(shape)

/** The keys of each group of options, by the key of the group. */
export const groupKeys: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(shape).flatMap(([key, { def }]) => {
    const group = 'innerType' in def ? def.innerType : null
    return group instanceof z.ZodMiniObject ? [[key, Object.keys(group.shape)] as const] : []
  }),
)

/** The whole configuration; keys it does not know are kept. */
export const configSchema = z.looseObject(shape, { error: 'an object' })

/** Plugins may be functions, too, as long as they have more than the name that every function has. */
function isPlugin(value: unknown): boolean {
  if (typeof value === 'string') return value !== ''
  if (typeof value !== 'function')
    return isObject(value) && typeof value.name === 'string' && value.name !== ''
  return value.name !== '' && Object.keys(value).includes('name')
}
