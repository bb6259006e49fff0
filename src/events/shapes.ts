import * as z from 'zod/mini'

/** An instant: ISO 8601, UTC. */
export const instant = z.iso.datetime()

const count = z.int().check(z.nonnegative())

/**
 * Tokens of one model. `input` is what was not served from a cache; `output` includes `reasoning`.
 */
export const tokens = z.object({
  input: count,
  output: count,
  cacheRead: count,
  cacheWrite: count,
  reasoning: count,
})
export type Tokens = z.infer<typeof tokens>

/** Where a figure in dollars comes from, best first. `unknown` goes with a null amount, never with 0. */
export const costSource = z.enum(['cli', 'table', 'list', 'estimate', 'unknown'])
export type CostSource = z.infer<typeof costSource>

/** What an attempt has used so far. Null where the agent told nothing. */
export const usage = z.object({
  models: z.record(z.string(), tokens),
  costUsd: z.nullable(z.number().check(z.nonnegative())),
  costSource,
})
export type Usage = z.infer<typeof usage>

/** One process of one boot of this machine: a recycled pid has another start. */
export const processIdentity = z.object({
  pid: z.int().check(z.positive()),
  /** Start time in the platform's own unit, as text: clock ticks since boot on Linux. */
  start: z.string(),
  boot: z.string(),
  host: z.string(),
})
export type ProcessIdentity = z.infer<typeof processIdentity>

/**
 * Why an attempt did not end well, as far as it decides what follows.
 * `limit`: a usage limit; `overloaded`: the service, not the task; `authentication` and `billing`: the
 * account; `permission`: the agent was refused what it needed; `turns`: it was cut off by its own bound;
 * `timeout`, `output`: ended by us; `crash`: it died or broke off; `verification`: the check said no;
 * `interrupted`: it died with us; `stopped`: a person stopped it; `budget`: the budget did;
 * `launch`: it could not be started.
 */
export const failureKind = z.enum([
  'limit',
  'overloaded',
  'authentication',
  'billing',
  'permission',
  'turns',
  'timeout',
  'output',
  'crash',
  'verification',
  'interrupted',
  'stopped',
  'budget',
  'launch',
  'backlog',
])
export type FailureKind = z.infer<typeof failureKind>

/** How a process ended: its exit code or the signal it died by. */
export const exitStatus = z.object({
  code: z.nullable(z.int()),
  signal: z.nullable(z.string()),
})
export type ExitStatus = z.infer<typeof exitStatus>

/** Raw output stays in files; the log keeps how much it was. */
export const outputSize = z.object({ stdoutBytes: count, stderrBytes: count, truncated: z.boolean() })
export type OutputSize = z.infer<typeof outputSize>

export const priority = z.enum(['high', 'medium', 'low', 'background'])
export type Priority = z.infer<typeof priority>
