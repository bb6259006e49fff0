import { readFileSync } from 'node:fs'
import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser'
import { asFailure, LoopworkError } from '../errors.ts'
import { isObject } from './is-object.ts'

/** Reads a configuration in JSON, with comments and trailing commas. Fails with `invalid` and the line. */
export function readJsonConfig(file: string, shown: string): unknown {
  const source = readSource(file, shown).replace(/^\uFEFF/, '')
  const errors: ParseError[] = []
  const value: unknown = parse(source, errors, { allowTrailingComma: true })
  const [first] = errors
  if (first) {
    const before = source.slice(0, first.offset).split('\n')
    const place = `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`
    const fault = printParseErrorCode(first.error)
      .replace(/([a-z])([A-Z])/g, '$1 $2')
      .toLowerCase()
    throw new LoopworkError('invalid', `${shown}:${place}: this is not JSON (${fault})`, {
      hint: `Correct ${shown} there, then try again.`,
    })
  }
  if (!isObject(value)) return value
  const { $schema: _, ...config } = value
  return config
}

function readSource(file: string, shown: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (thrown) {
    throw new LoopworkError('invalid', `${shown} cannot be read: ${asFailure(thrown).message}`, {
      hint: 'Give yourself the right to read it, or name another with --config.',
      cause: thrown,
    })
  }
}
