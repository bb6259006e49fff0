import { Chalk, type ChalkInstance } from 'chalk'
import type { Io } from './io.ts'
import { tableLines } from './table.ts'

/** Ways to answer. Answers go to standard output, all else to standard error. */
export type Print = {
  readonly paint: ChalkInstance
  line(text?: string): void
  note(text: string): void
  warn(text: string): void
  /** One JSON document, pretty where a person reads it. */
  json(value: unknown): void
  /** One JSON document on one line, of a stream of them. */
  jsonLine(value: unknown): void
  table(head: readonly string[], rows: readonly (readonly string[])[]): void
}

export function printTo(io: Io): Print {
  const paint = new Chalk({ level: io.hasColour ? 1 : 0 })
  const line = (text = '') => io.out(`${text}\n`)
  return {
    paint,
    line,
    note: (text) => io.err(`${text}\n`),
    warn: (text) => io.err(`${paint.yellow('warning:')} ${text}\n`),
    json: (value) => line(JSON.stringify(value, null, 2)),
    jsonLine: (value) => line(JSON.stringify(value)),
    table: (head, rows) => line(tableLines([head.map((text) => paint.bold(text)), ...rows]).join('\n')),
  }
}
