import { Chalk, type ChalkInstance } from 'chalk'
import Table from 'cli-table3'
import type { Io } from './io.ts'

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
    table: (head, rows) => {
      const table = new Table({
        head: head.map((text) => paint.bold(text)),
        style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 2 },
        chars: borderless,
      })
      table.push(...rows.map((row) => [...row]))
      line(table.toString().replace(/[ \t]+$/gm, ''))
    },
  }
}

const borderless = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
}
