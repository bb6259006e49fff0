import { parseArgsStringToArgv } from 'string-argv'
import { LoopworkError } from '../errors.ts'
import type { CommandInput, VerifyInput } from './loopwork-config.ts'
import { programPath } from './program-settings.ts'
import type { Sources } from './sources.ts'

/** A program and how it is given the prompt. It is started without a shell. */
export type Command = {
  readonly file: string
  readonly args: readonly string[]
  readonly prompt: 'stdin' | 'argument'
}

/** What must exit with 0 before a task counts as done. */
export type Verify = { readonly command: readonly string[]; readonly timeoutMs: number }

/** The user's own programs, by name. */
export function resolveCommands(sources: Sources): Record<string, Command> {
  return Object.fromEntries(
    Object.entries(sources.config.agents ?? {}).map(([name, input]) => [
      name,
      commandOf(input, `agents.${name}`, sources),
    ]),
  )
}

/** A program out of any form it may be written in. */
export function commandOf(input: CommandInput, key: string, sources: Sources): Command {
  if (typeof input === 'object' && 'file' in input) {
    const { file, args = [], prompt = 'stdin' } = input
    return { file: programPath(file, sources), args, prompt }
  }
  const [file = '', ...args] = wordsOf(input, key)
  return { file: programPath(file, sources), args, prompt: 'stdin' }
}

/** The check after each task; null where there is none. */
export function resolveVerify(verify: VerifyInput | undefined): Verify | null {
  if (verify === undefined) return null
  if (typeof verify === 'object' && 'command' in verify) {
    return {
      command: wordsOf(verify.command, 'verify.command'),
      timeoutMs: Math.ceil((verify.timeout ?? 600) * 1000),
    }
  }
  return { command: wordsOf(verify, 'verify'), timeoutMs: 600_000 }
}

const shellWords = /^(?:&&?|\|\|?|;|>>?|<|\d?>.*)$/

function wordsOf(input: string | readonly string[], key: string): string[] {
  if (typeof input !== 'string') return [...input]
  const words = parseArgsStringToArgv(input)
  const needsShell = words.find((word) => shellWords.test(word) || (word.length > 1 && word.endsWith(';')))
  if (words.length > 0 && needsShell === undefined) return words
  throw new LoopworkError(
    'invalid',
    needsShell === undefined
      ? `${key} must be a command line, found ${JSON.stringify(input)}`
      : `${key} is started without a shell, which ${JSON.stringify(needsShell)} would need, found ${JSON.stringify(input)}`,
    { hint: `Give the words as a list; with a shell: ['sh', '-c', ${JSON.stringify(input)}].` },
  )
}
