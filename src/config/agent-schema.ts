import * as z from 'zod/mini'
import { amount, flag, milliseconds, oneOf, seconds, text, texts, whole } from './values.ts'

const commandRule =
  'a command line, a list of words, or { file, args?, prompt?: "stdin" or "argument" }, the program not empty'

const command = z.union(
  [
    text,
    z.array(text).check(z.minLength(1, { error: commandRule })),
    z.strictObject({
      file: text,
      args: z.optional(z.array(z.string())),
      prompt: z.optional(oneOf(['stdin', 'argument'])),
    }),
  ],
  { error: commandRule },
)

const anObject = { error: 'an object' }

const model = z.looseObject(
  {
    name: z.optional(text),
    displayName: z.optional(text),
    cli: text,
    model: z.optional(text),
    timeout: z.optional(seconds),
    args: z.optional(texts),
    env: z.optional(z.record(z.string(), z.string({ error: 'text' }), anObject)),
    costWeight: z.optional(amount('a number from 0', 0)),
    enabled: z.optional(flag),
  },
  { error: 'a model: { cli, model? }' },
)

const models = z.array(model, { error: 'a list of models' })

const retry = z.looseObject(
  {
    rateLimitWaitMs: z.optional(milliseconds),
    exponentialBackoff: z.optional(flag),
    baseDelayMs: z.optional(milliseconds),
    maxDelayMs: z.optional(milliseconds),
    retrySameModel: z.optional(flag),
    maxRetriesPerModel: z.optional(whole(0)),
  },
  anObject,
)

const cliConfig = z.looseObject(
  {
    models: z.optional(models),
    fallbackModels: z.optional(models),
    cliPaths: z.optional(z.record(z.string(), z.optional(text), anObject)),
    retry: z.optional(retry),
    selectionStrategy: z.optional(oneOf(['round-robin', 'priority', 'cost-aware', 'random'])),
    sigkillDelayMs: z.optional(milliseconds),
    progressIntervalMs: z.optional(milliseconds),
    preferPty: z.optional(flag),
  },
  anObject,
)

const wordsRule = 'a command line or a list of words, not empty'
const words = z.union(
  [text, z.array(text, { error: wordsRule }).check(z.minLength(1, { error: wordsRule }))],
  {
    error: wordsRule,
  },
)

const verifyRule =
  'a command line, a list of words, or { command, timeout? in seconds }, the command not empty'
const verify = z.union(
  [words, z.strictObject({ command: words, timeout: z.optional(seconds) }, { error: verifyRule })],
  {
    error: verifyRule,
  },
)

/** The keys that say which programs do the work, and what checks it. */
export const agentShapes = {
  cli: z.optional(text),
  model: z.optional(text),
  cliConfig: z.optional(cliConfig),
  command: z.optional(command),
  agents: z.optional(
    z.record(z.string().check(z.regex(/^[A-Za-z][\w.-]*$/)), command, { error: 'an object' }),
  ),
  verify: z.optional(verify),
}
