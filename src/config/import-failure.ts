import { readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { LoopworkError } from '../errors.ts'
import { nearest } from './nearest.ts'

type Given = {
  readonly file: string
  readonly shown: string
  /** What the library has to offer, for those who mistyped a name of it. */
  readonly exports: readonly string[]
}

/** The name that was used without being there, where that is what went wrong. */
export function missingName(thrown: unknown): string | null {
  if (!isErrorLike(thrown) || thrown.name !== 'ReferenceError') return null
  return /^([\w$]+) is not defined$/.exec(thrown.message)?.[1] ?? null
}

/** What went wrong while a configuration file ran, for the person who wrote it. */
export function importFailure(thrown: unknown, given: Given): LoopworkError {
  if (thrown instanceof LoopworkError) return thrown
  if (!isErrorLike(thrown)) {
    return invalid(`${given.shown} threw ${JSON.stringify(thrown)}`, 'Run it by itself to see why.', thrown)
  }
  return (
    missingModule(thrown, given) ??
    unreadable(thrown, given) ??
    brokenSyntax(thrown, given) ??
    failedRun(thrown, given)
  )
}

type ErrorLike = {
  readonly name: string
  readonly message: string
  readonly stack?: string
  readonly code?: unknown
}

/** Errors of a module may come from another realm, where `instanceof` says no. */
function isErrorLike(thrown: unknown): thrown is ErrorLike {
  return (
    typeof thrown === 'object' && thrown !== null && 'message' in thrown && typeof thrown.message === 'string'
  )
}

function missingModule(thrown: ErrorLike, { file, shown }: Given): LoopworkError | null {
  if (thrown.code !== 'MODULE_NOT_FOUND' && thrown.code !== 'ERR_MODULE_NOT_FOUND') return null
  const name = /Cannot find (?:module|package) '([^']+)'/.exec(thrown.message)?.[1] ?? 'something'
  const line = lineOf(file, name)
  const isPackage = !/^[./]/.test(name) && !isBuiltin(name)
  return invalid(
    `${shown}${line}: it imports ${JSON.stringify(name)}, which cannot be found`,
    isPackage
      ? `Install it (npm install ${name}), or take the import out.`
      : 'Correct the path, or take the import out.',
    thrown,
  )
}

function unreadable(thrown: ErrorLike, { shown }: Given): LoopworkError | null {
  if (thrown.code !== 'EACCES' && thrown.code !== 'ENOENT' && thrown.code !== 'EISDIR') return null
  return invalid(`${shown}: ${thrown.message}`, 'See that the file is there and may be read.', thrown)
}

function brokenSyntax(thrown: ErrorLike, { file, shown }: Given): LoopworkError | null {
  if (thrown.name !== 'SyntaxError' && !/^(?:ParseError|SyntaxError)/.test(thrown.message)) return null
  const place = /[(:](\d+):(\d+)\)?/.exec(thrown.message)
  const at = place ? `:${place[1]}:${Number(place[2]) + 1}` : placeIn(thrown.stack, file)
  const fault = firstLine(thrown.message)
    .replace(/^(?:ParseError|SyntaxError): /, '')
    .replaceAll(file, shown)
    .replace(/\s*\(\d+:\d+\)/, '')
    .replace(/^(?:\S*: )?\s*/, '')
    .trim()
  return invalid(
    `${shown}${at}: ${fault || 'syntax error'}`,
    `Correct ${shown} there, then try again.`,
    thrown,
  )
}

function failedRun(thrown: ErrorLike, { file, shown, exports }: Given): LoopworkError {
  const message = firstLine(thrown.message).replace(/\(0\s*,\s*[\w$]+\.([\w$]+)\)/g, '$1')
  const wanted = /^([\w$]+) is not (?:a function|defined)/.exec(message)?.[1]
  const meant = wanted === undefined ? null : nearest(wanted, exports)
  const hint =
    meant !== null && meant !== wanted
      ? `Did you mean ${meant}?`
      : wanted?.startsWith('with')
        ? `loopwork has no ${wanted}. It has ${exports.filter((name) => name.startsWith('with')).join(', ')}.`
        : `Correct ${shown} there, then try again.`
  return invalid(`${shown}${placeIn(thrown.stack, file)}: ${message}`, hint, thrown)
}

function invalid(message: string, hint: string, cause: unknown): LoopworkError {
  return new LoopworkError('invalid', message, { hint, cause })
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? ''
}

/** The first line in a stack that lies in the file. The columns are those of the compiled form, and left out. */
function placeIn(stack: string | undefined, file: string): string {
  const after = stack?.split(file)[1] ?? ''
  return /^:\d+/.exec(after)?.[0] ?? ''
}

function lineOf(file: string, name: string): string {
  const lines = readFileSync(file, 'utf8').split('\n')
  const index = lines.findIndex((line) => line.includes(`'${name}'`) || line.includes(`"${name}"`))
  return index < 0 ? '' : `:${index + 1}`
}
