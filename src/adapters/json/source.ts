import { LoopworkError } from '../../errors.ts'
import type { Priority } from '../../events/shapes.ts'

/** The text of a backlog file, without its byte order mark, and what the file is called in a message. */
export type Source = {
  readonly name: string
  readonly text: string
  /** Of entries that say none. */
  readonly defaultPriority?: Priority
}

/** Where an offset is for a person: line and column, both counted from 1. */
export function lineAndColumn(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset)
  const line = before.split('\n').length
  return { line, column: offset - (before.lastIndexOf('\n') + 1) + 1 }
}

/** The failure `invalid`, with file, line and column in front of what is wrong. */
export function invalidAt(source: Source, offset: number, message: string, hint?: string): LoopworkError {
  const { line, column } = lineAndColumn(source.text, offset)
  return new LoopworkError('invalid', `${source.name}:${line}:${column}: ${message}`, hint ? { hint } : {})
}
