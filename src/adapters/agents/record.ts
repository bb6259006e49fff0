/** One line of a stream of JSON records; null for a line that is none. */
export type JsonRecord = Readonly<Record<string, unknown>>

export function recordIn(line: string): JsonRecord | null {
  if (!line.startsWith('{')) return null
  try {
    return asRecord(JSON.parse(line))
  } catch {
    return null // an older version, or a word in between: it is shown as it came
  }
}

/** A value as an object, whatever another version may have put there. */
export function asRecord(value: unknown): JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonRecord) : {}
}

export function asText(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** A count; 0 where there is none that makes sense. */
export function asCount(value: unknown): number {
  const count = typeof value === 'number' && value > 0 ? Math.round(value) : 0
  return Number.isSafeInteger(count) ? count : 0
}

/** An amount in dollars; null where there is none that makes sense. */
export function asDollars(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null
}

export function asList(value: unknown): readonly JsonRecord[] {
  return Array.isArray(value) ? value.map(asRecord) : []
}

/** What a tool was given, in one short line: the command, the path, or all of it. */
export function detailOf(input: unknown): string {
  const given = asRecord(input)
  const telling = ['command', 'file_path', 'filePath', 'path', 'pattern', 'query', 'url', 'description']
  const found = telling.map((name) => asText(given[name])).find((text) => text !== '')
  const text = found ?? (Object.keys(given).length > 0 ? JSON.stringify(given) : '')
  return text.replace(/\s+/g, ' ').slice(0, 200)
}
