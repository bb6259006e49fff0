import { secretsIn } from '../config/secrets.ts'
import { asFailure } from '../errors.ts'
import { maskOf } from '../runtime/masked.ts'
import type { Surroundings } from './command.ts'

/** One failure as a person, or with `--json` a program, can use it. A stack only for our own mistakes. */
export function reportFailure(thrown: unknown, { io, print, argv: words }: Surroundings): number {
  const failure = asFailure(thrown)
  const { code, exitCode } = failure
  const { message, hint } = maskOf(secretsIn(io.env))({ message: failure.message, hint: failure.hint })
  if (words.includes('--json')) {
    print.json({ schema: 'loopwork/error@1', error: { code, message, hint: hint ?? null, exitCode } })
    return exitCode
  }
  io.err(`${print.paint.red('error:')} ${message}\n`)
  if (hint) io.err(`${print.paint.yellow('hint:')}  ${hint}\n`)
  const isTalkative = words.some((word) => /^(-v+|--verbose|--debug)$/.test(word))
  if (code === 'internal' && isTalkative && failure.cause instanceof Error) io.err(`${failure.cause.stack}\n`)
  else if (code === 'internal') io.err('Please report this, with what `loopwork … --verbose` prints.\n')
  return exitCode
}
