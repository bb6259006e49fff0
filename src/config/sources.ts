import type * as z from 'zod/mini'
import { LoopworkError } from '../errors.ts'
import { show } from './check.ts'
import type { LoopworkConfig } from './loopwork-config.ts'

/** What was said on the command line. Numbers may still be text. */
export type Flags = {
  readonly namespace?: string | undefined
  readonly backend?: string | undefined
  readonly repo?: string | undefined
  readonly tasksFile?: string | undefined
  readonly feature?: string | undefined
  /** The same as `start`. */
  readonly task?: string | undefined
  readonly start?: string | undefined
  readonly maxIterations?: number | string | undefined
  /** Seconds. */
  readonly timeout?: number | string | undefined
  readonly cli?: string | undefined
  readonly model?: string | undefined
  readonly yes?: boolean | undefined
  readonly debug?: boolean | undefined
  readonly dryRun?: boolean | undefined
  readonly parallel?: number | string | boolean | undefined
  readonly withAiMonitor?: boolean | undefined
  readonly dynamicTasks?: boolean | undefined
  readonly sequential?: boolean | undefined
  readonly config?: string | undefined
}

/** Where settings come from. */
export type Sources = {
  readonly flags: Flags
  readonly env: Readonly<Record<string, string>>
  readonly config: LoopworkConfig
  readonly projectRoot: string
  readonly cwd: string
}

type Place<T> = {
  readonly flag?: keyof Flags
  readonly variable?: string
  readonly schema: z.ZodMiniType<T>
  readonly rule?: { readonly pattern: RegExp; readonly says: string }
}

/** What a flag says, or else a variable. A variable that is empty says nothing. */
export function pick<T>(sources: Sources, place: Place<T>): T | undefined {
  const { flags, env } = sources
  const { flag, variable } = place
  const said = flag === undefined ? undefined : flags[flag]
  if (flag !== undefined && said !== undefined) return judge(said, flagName(flag), place)
  const set = variable === undefined ? undefined : env[variable]
  if (variable === undefined || !set) return undefined
  return judge(set, variable, place)
}

function judge<T>(said: unknown, name: string, { schema, rule }: Place<T>): T {
  const parsed = schema.safeParse(said)
  const again = parsed.success || typeof said !== 'string' ? parsed : schema.safeParse(understood(said))
  if (!again.success) {
    const allowed = again.error.issues[0]?.message ?? 'something else'
    throw mustBe(name, allowed, said)
  }
  if (rule && !rule.pattern.test(String(again.data))) throw mustBe(name, rule.says, said)
  return again.data
}

/** Text that stands for a number or a truth. */
function understood(said: string): unknown {
  const trimmed = said.trim()
  if (trimmed === 'true' || trimmed === 'false') return trimmed === 'true'
  return trimmed === '' ? said : Number(trimmed)
}

/** The refusal of a value: who said it, what it may be, what it was. */
export function mustBe(name: string, allowed: string, found: unknown): LoopworkError {
  return new LoopworkError('invalid', `${name} must be ${allowed}, found ${show(found, '')}`, {
    hint: name.startsWith('LOOPWORK_')
      ? `Set ${name} to one of these, or unset it.`
      : `Correct ${name}, then try again.`,
  })
}

/** A flag as it is typed. */
export function flagName(flag: keyof Flags): string {
  return `--${flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}
