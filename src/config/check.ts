import { LoopworkError } from '../errors.ts'
import { checkPlugins } from './check-plugins.ts'
import { isObject } from './is-object.ts'
import type { LoopworkConfig } from './loopwork-config.ts'
import { nearest } from './nearest.ts'
import { configKeys, configSchema, groupKeys } from './schema.ts'

/** A configuration that can be relied on, and what its author should know about it. */
export type CheckedConfig = { readonly config: LoopworkConfig; readonly warnings: readonly string[] }

/** Checks what a file gave. Fails with `invalid`, naming the file, each key, what it may be, and what it was. */
export function checkConfig(candidate: unknown, file: string): CheckedConfig {
  const parsed = configSchema.safeParse(candidate)
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => problemOf(issue, candidate))
    throw new LoopworkError(
      'invalid',
      problems.length === 1
        ? `${file}: ${problems[0]}`
        : `${file}: ${problems.length} values cannot be used\n${problems.map((problem) => `  ${problem}`).join('\n')}`,
      { hint: `Correct ${file}, then try again.` },
    )
  }
  const config: LoopworkConfig = parsed.data
  const unknownHooks = checkPlugins(config, file)
  return settleAliases(config, file, [...strangers(parsed.data, file), ...unknownHooks])
}

type Issue = {
  readonly path: readonly PropertyKey[]
  readonly message: string
  readonly code?: string | undefined
}

function problemOf(issue: Issue, candidate: unknown): string {
  const key = keyPath(issue.path)
  if (issue.code === 'invalid_key')
    return `${key} is a name that cannot be used: letters, digits, ".", "-" and "_"`
  const found = issue.path.reduce<unknown>((value, part) => Reflect.get(Object(value), part), candidate)
  const shown = found === undefined ? 'is missing' : `found ${show(found, key)}`
  return found === undefined
    ? `${key} ${shown}; it must be ${issue.message}`
    : `${key || 'the configuration'} must be ${issue.message}, ${shown}`
}

function keyPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`
    return text === '' ? String(part) : `${text}.${String(part)}`
  }, '')
}

const secret = /token|secret|password|apikey|webhook|headers|\benv\b/i

/** A value as its author would recognise it; of one that may be a secret only its kind is told. */
export function show(value: unknown, key: string): string {
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'function') return 'a function'
  if (isObject(value)) return 'an object'
  if (secret.test(key)) return `a ${typeof value}`
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value)
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}

/** What is not known at the top, and in the groups of options below it. */
function strangers(config: Readonly<Record<string, unknown>>, file: string): string[] {
  const groups = [...groupKeys].flatMap(([group, keys]) => unknownIn(config[group], keys, `${group}.`))
  return [...unknownIn(config, configKeys, ''), ...groups].map((problem) => `${file}: ${problem}`)
}

function unknownIn(value: unknown, keys: readonly string[], prefix: string): string[] {
  return Object.keys(Object(value))
    .filter((key) => !keys.includes(key))
    .map((key) => {
      const meant = nearest(key, keys)
      const what = `loopwork does not know the key ${prefix}${key}`
      return meant ? `${what}; did you mean ${prefix}${meant}?` : `${what}; it is only kept.`
    })
}

/** Other names that a key goes by. */
function settleAliases(config: LoopworkConfig, file: string, warnings: readonly string[]): CheckedConfig {
  const { taskTimeout, nonInteractive, backend, ...rest } = config
  const twice: string[] = []
  const settle = <T>(
    key: string,
    value: T | undefined,
    alias: string,
    other: T | undefined,
  ): T | undefined => {
    if (value !== undefined && other !== undefined && value !== other) {
      twice.push(`${file}: ${key} and ${alias} mean the same but differ; ${key} counts.`)
    }
    return value ?? other
  }
  const timeout = settle('timeout', rest.timeout, 'taskTimeout', taskTimeout)
  const autoConfirm = settle('autoConfirm', rest.autoConfirm, 'nonInteractive', nonInteractive)
  const { prdDirectory, ...place } = backend ?? {}
  const tasksDir = settle('backend.tasksDir', place.tasksDir, 'backend.prdDirectory', prdDirectory)
  const settled: LoopworkConfig = {
    ...rest,
    ...(timeout === undefined ? {} : { timeout }),
    ...(autoConfirm === undefined ? {} : { autoConfirm }),
    ...(backend ? { backend: { ...place, ...(tasksDir === undefined ? {} : { tasksDir }) } } : {}),
  }
  return { config: settled, warnings: [...warnings, ...twice] }
}
