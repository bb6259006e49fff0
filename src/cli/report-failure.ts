import { secretsIn } from '../config/secrets.ts'
import { asFailure, LoopworkError } from '../errors.ts'
import { maskOf } from '../runtime/masked.ts'
import type { Surroundings } from './command.ts'

/** One failure as a person, or with `--json` a program, can use it. A stack only for our own mistakes. */
export function reportFailure(thrown: unknown, { io, print, argv: words }: Surroundings): number {
  const failure = named(asFailure(thrown))
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

/** A file of ours that is not there is no mistake of ours: it was there when this program was installed. */
function named(failure: LoopworkError): LoopworkError {
  const { code, cause, message } = failure
  const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND'
  if (code !== 'internal' || !isMissing) return failure
  return new LoopworkError('unavailable', `a file of loopwork is gone: ${message}`, {
    hint: 'An update or `npm ci` may have replaced it meanwhile. Install loopwork again, then `loopwork resume`.',
    cause,
  })
}
