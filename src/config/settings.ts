import { resolve } from 'node:path'
import type { FailureMode } from '../events/loop.ts'
import type { Priority } from '../events/shapes.ts'
import type { GrowthLimits } from '../machines/growth.ts'
import type { RetryPolicy } from '../machines/retry.ts'
import type { Secret } from '../ports/secret.ts'
import { type BackendSettings, resolveBackend } from './backend-settings.ts'
import { chosenIntegrations } from './chosen-integrations.ts'
import { type Command, commandOf, resolveCommands, resolveVerify, type Verify } from './command-settings.ts'
import { type DashboardSettings, resolveDashboard } from './dashboard-settings.ts'
import { resolveDefaultPriority } from './default-priority.ts'
import { type FollowUpSettings, resolveFollowUps, resolveGrowth } from './follow-up-settings.ts'
import type { IntegrationName } from './integrations.ts'
import type { LoopworkConfig, ModelPrice, SelectionStrategy } from './loopwork-config.ts'
import type { LoopworkPlugin } from './plugin-contract.ts'
import { type PoolEntry, resolvePool } from './pool-settings.ts'
import { resolvePrograms } from './program-settings.ts'
import { resolveRetention } from './retention.ts'
import { resolveRetry, triesPerModel } from './retry-settings.ts'
import { secretsInConfig } from './secrets.ts'
import { type Flags, pick, type Sources } from './sources.ts'
import { flag, namespacePattern, namespaceRule, seconds, text, whole } from './values.ts'

/** Everything a command needs to know, decided. Paths are absolute; times are in milliseconds. */
export type Settings = {
  readonly namespace: string
  readonly backend: BackendSettings
  readonly stateDir: string
  readonly feature: string | null
  /** Of tasks that say none. */
  readonly defaultPriority: Priority
  readonly startFrom: string | null
  readonly maxIterations: number
  readonly timeoutMs: number
  /** Of the first of the pool. */
  readonly cli: string
  readonly model: string | null
  readonly pool: readonly PoolEntry[]
  readonly strategy: SelectionStrategy
  readonly triesPerModel: number
  /** Where the programs of agents are, by the agent's name; those not in it are looked for on the PATH. */
  readonly cliPaths: Readonly<Record<string, string>>
  /** The program behind the agent `command`. */
  readonly command: Command | null
  /** Programs of the user's own, by the agent's name. */
  readonly agents: Readonly<Record<string, Command>>
  readonly retry: RetryPolicy
  readonly taskDelayMs: number
  /** Failures in a row that end a run. */
  readonly circuitBreaker: number
  readonly verify: Verify | null
  readonly budget: { readonly dailyUsd: number | null; readonly alertThreshold: number }
  readonly prices: {
    readonly table: Readonly<Record<string, ModelPrice>>
    /** Whose price stands for a model without one. */
    readonly defaultModel: string | null
  }
  readonly maxOutputBytes: number
  readonly graceMs: number
  /** How long a loop may be silent before another process may take its place. */
  readonly leaseMs: number
  /** What is kept of the files of past sessions. */
  readonly retention: ReturnType<typeof resolveRetention>
  /** The secrets that the configuration holds. */
  readonly secrets: readonly Secret[]
  readonly autoConfirm: boolean
  readonly dryRun: boolean
  readonly debug: boolean
  /** From which level on a run is told of on the terminal. */
  readonly logLevel: NonNullable<LoopworkConfig['logLevel']>
  /** How many tasks are worked on at once. */
  readonly parallel: number
  /** Whether the first task that has failed ends the session. */
  readonly failureMode: FailureMode
  readonly plugins: readonly LoopworkPlugin[]
  /** Those that come with the program and are switched on. */
  readonly integrations: readonly IntegrationName[]
  /** Whether and how far agents may make the backlog grow. */
  readonly growth: GrowthLimits & { readonly isAllowed: boolean }
  /** How what attempts have left is made into tasks; null: not at all. */
  readonly followUps: FollowUpSettings | null
  readonly dashboard: DashboardSettings | null
}

/**
 * Decides between flags, environment, configuration and defaults, in this order. Fails with `invalid`, naming
 * the flag, variable or key, what it may be, and what it was.
 */
export function resolveSettings(given: {
  readonly flags: Flags
  readonly env: Readonly<Record<string, string>>
  readonly config: LoopworkConfig
  readonly projectRoot: string
  readonly cwd: string
}): Settings {
  const { env, config, projectRoot } = given
  const sources: Sources = given
  const timeoutFlag = pick(sources, { flag: 'timeout', schema: seconds })
  const timeoutMs = toMs(timeoutFlag ?? config.timeout ?? 600)
  const agents = resolveCommands(sources)
  const command = config.command === undefined ? null : commandOf(config.command, 'command', sources)
  const pool = resolvePool(sources, {
    timeoutMs,
    isTimeoutChosen: timeoutFlag !== undefined,
    own: [...Object.keys(agents), ...(command ? ['command'] : [])],
  })
  const { cliConfig = {} } = config
  return {
    namespace: resolveNamespace(sources),
    backend: resolveBackend(sources),
    stateDir: resolve(projectRoot, env.LOOPWORK_STATE_DIR || '.loopwork-state'),
    defaultPriority: resolveDefaultPriority(config),
    feature: pick(sources, { flag: 'feature', schema: text }) ?? config.feature ?? null,
    startFrom:
      pick(sources, { flag: 'start', schema: text }) ?? pick(sources, { flag: 'task', schema: text }) ?? null,
    maxIterations: pick(sources, { flag: 'maxIterations', schema: whole(1) }) ?? config.maxIterations ?? 50,
    timeoutMs,
    cli: pool[0].agent,
    model: pool[0].model,
    pool,
    strategy: cliConfig.selectionStrategy ?? 'round-robin',
    triesPerModel: triesPerModel(cliConfig),
    cliPaths: resolvePrograms(sources, Object.keys(agents)),
    command,
    agents,
    retry: resolveRetry(config, cliConfig),
    taskDelayMs: config.taskDelay ?? 0,
    circuitBreaker: config.circuitBreakerThreshold ?? 5,
    verify: resolveVerify(config.verify),
    ...resolveSpending(config),
    maxOutputBytes: config.maxOutputBytes ?? 256 * 1024 * 1024,
    graceMs: cliConfig.sigkillDelayMs ?? 5_000,
    leaseMs: toMs(pick(sources, { variable: 'LOOPWORK_LEASE', schema: seconds }) ?? config.lease ?? 30),
    retention: resolveRetention(config.retention),
    secrets: secretsInConfig(config),
    ...resolveSwitches(sources),
    logLevel: config.logLevel ?? 'info',
    parallel: resolveParallel(sources),
    failureMode: config.parallelFailureMode ?? 'continue',
    plugins: pluginsIn(config),
    integrations: chosenIntegrations(sources),
    growth: resolveGrowth(sources),
    followUps: resolveFollowUps(sources),
    dashboard: resolveDashboard(config),
  }
}

/** The plugins themselves; packages are loaded by the time that anybody asks. */
export function pluginsIn({ plugins = [] }: LoopworkConfig): readonly LoopworkPlugin[] {
  return plugins.filter((plugin) => typeof plugin !== 'string')
}

/** The namespace alone, for commands that need nothing else. */
export function resolveNamespace(sources: Sources): string {
  const rule = { pattern: namespacePattern, says: namespaceRule }
  return (
    pick(sources, { flag: 'namespace', variable: 'LOOPWORK_NAMESPACE', schema: text, rule }) ??
    sources.config.namespace ??
    'default'
  )
}

function resolveSpending({ costTracking = {} }: LoopworkConfig): Pick<Settings, 'budget' | 'prices'> {
  const { enabled = true, dailyBudget, alertThreshold = 0.8, prices = {}, defaultModel = null } = costTracking
  return {
    budget: { dailyUsd: (enabled ? dailyBudget : null) ?? null, alertThreshold },
    prices: { table: prices, defaultModel },
  }
}

function resolveSwitches(sources: Sources): Pick<Settings, 'autoConfirm' | 'dryRun' | 'debug'> {
  const { autoConfirm = false, dryRun = false, debug = false } = sources.config
  return {
    autoConfirm:
      pick(sources, { flag: 'yes', variable: 'LOOPWORK_NON_INTERACTIVE', schema: flag }) ?? autoConfirm,
    dryRun: pick(sources, { flag: 'dryRun', schema: flag }) ?? dryRun,
    debug: pick(sources, { flag: 'debug', variable: 'LOOPWORK_DEBUG', schema: flag }) ?? debug,
  }
}

/** `--parallel` without a number means two. */
function resolveParallel(sources: Sources): number {
  if (pick(sources, { flag: 'sequential', schema: flag })) return 1
  const { flags, config } = sources
  const chosen =
    typeof flags.parallel === 'boolean'
      ? flags.parallel
      : (pick(sources, { flag: 'parallel', schema: whole(1) }) ?? config.parallel ?? 1)
  return typeof chosen === 'boolean' ? (chosen ? 2 : 1) : chosen
}

function toMs(seconds: number): number {
  return Math.ceil(seconds * 1000)
}
