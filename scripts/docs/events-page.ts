import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod/mini'
import { catalogue, schemaVersion } from '../../src/events/catalogue.ts'
import { printed } from './printed.ts'

type Schema = {
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly format?: string
  readonly anyOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema | boolean
  readonly exclusiveMinimum?: number
  readonly minimum?: number
}

/** `docs/events.md`: every event, what it means, and what it holds. */
export function eventsPage(): string {
  const meanings = meaningsIn('src/events')
  const sections = Object.entries(catalogue).map(([type, schema]) => {
    const meaning = meanings.get(type)
    if (!meaning) throw new Error(`${type} has no comment above it that says what it means`)
    return `### ${type}\n\n${meaning}\n\n${fieldsOf(z.toJSONSchema(schema, { io: 'input' }) as Schema)}`
  })
  return [
    '# Events',
    printed('the catalogue in `src/events`'),
    `Schema version ${schemaVersion}. \`loopwork log --json\` prints each event on a line of its own, inside its envelope:`,
    envelope,
    ...sections,
    '',
  ].join('\n\n')
}

const envelope = `| field | what it is |
|---|---|
| \`id\` | nanoid, the same for ever |
| \`position\` | place in the whole log, from 1, without gaps |
| \`stream\` | whose history it belongs to: \`task/<backlog>/<id>\` or \`loop/<namespace>\` |
| \`version\` | place in its own stream, from 1, without gaps |
| \`at\` | ISO 8601, UTC, to the millisecond |
| \`session\` | the loop session in which it happened; null where there was none |
| \`correlation\` | what belongs together over several commands |
| \`causation\` | the command that caused it; all events of one append have the same |
| \`by\` | who asked: \`loop\`, \`cli\`, \`mcp\`, \`plugin\`, \`agent\` or \`backlog\` |
| \`schema\` | version of the vocabulary it was written in |
| \`event\` | \`{ "type": …, "data": … }\`, as below |`

/** The comments above the keys of the catalogues in a folder. */
function meaningsIn(folder: string): Map<string, string> {
  const found = readdirSync(folder).flatMap((file) => [
    ...readFileSync(join(folder, file), 'utf8').matchAll(
      /^ {2}\/\*\* ((?:(?!\*\/).)+) \*\/\n {2}'([a-zA-Z.]+)'/gms,
    ),
  ])
  return new Map(
    found.map(([, comment = '', type = '']) => [type, comment.replace(/\s*\n\s*\*\s*/g, ' ').trim()]),
  )
}

function fieldsOf({ properties = {} }: Schema): string {
  const rows = Object.entries(properties).map(([name, schema]) => `| \`${name}\` | ${cell(typeOf(schema))} |`)
  return rows.length === 0 ? 'It holds nothing.' : ['| field | type |', '|---|---|', ...rows].join('\n')
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}

function typeOf(schema: Schema): string {
  const { anyOf, enum: values, const: value, properties, additionalProperties, items, type } = schema
  if (Array.isArray(type)) return type.map((one: string) => typeOf({ ...schema, type: one })).join(' or ')
  if (type === 'null') return 'null'
  if (anyOf) return anyOf.map(typeOf).join(' or ')
  if (values) return values.map((one) => `\`${String(one)}\``).join(', ')
  if (value !== undefined) return `\`${JSON.stringify(value)}\``
  if (items) return `list of ${typeOf(items)}`
  if (properties) return `{ ${Object.entries(properties).map(fieldOf).join(', ')} }`
  if (typeof additionalProperties === 'object') return `by name: ${typeOf(additionalProperties)}`
  if (schema.format === 'date-time') return 'instant'
  return type === 'integer' || type === 'number' ? numberOf(schema) : String(type ?? 'anything')
}

function fieldOf([name, schema]: [string, Schema]): string {
  return `${name}: ${typeOf(schema)}`
}

function numberOf({ type, exclusiveMinimum, minimum }: Schema): string {
  const kind = type === 'integer' ? 'whole number' : 'number'
  if (exclusiveMinimum === 0) return type === 'integer' ? `${kind} from 1` : `${kind} above 0`
  return minimum === 0 ? `${kind} from 0` : kind
}
