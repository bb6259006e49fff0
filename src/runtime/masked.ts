import type { EventLog } from '../ports/event-log.ts'
import type { Secret } from '../ports/secret.ts'
import type { SessionFiles } from '../ports/session-files.ts'
import { type Find, finderOf, redact } from '../redaction/pattern.ts'

/** The log, with secrets taken out of whatever is written to it. */
export function maskedLog(log: EventLog, secrets: readonly Secret[]): EventLog {
  const masked = maskOf(secrets)
  return {
    ...log,
    append: (writes, context) =>
      log.append(
        writes.map((write) => ({ ...write, events: masked(write.events) })),
        context,
      ),
  }
}

/** The files of a session, with secrets taken out of whatever is written to them. */
export function maskedFiles(files: SessionFiles, secrets: readonly Secret[]): SessionFiles {
  const masked = maskOf(secrets)
  return {
    ...files,
    write: (path, text) => files.write(path, masked(text)),
    append: (path, text) => files.append(path, masked(text)),
    log: (folder, lines) => files.log(folder, masked(lines)),
  }
}

/** A value of the same shape without secrets in any text of it: `***ANTHROPIC_API_KEY***` stands where one was. */
export function maskOf(secrets: readonly Secret[]): <Value>(value: Value) => Value {
  let find: Find | null = null
  const masked = (value: unknown): unknown => {
    if (typeof value === 'string') {
      find ??= finderOf(secrets) // only for those who write
      return redact(value, find(value))
    }
    if (Array.isArray(value)) return value.map(masked)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, masked(item)]))
  }
  return <Value>(value: Value) => masked(value) as Value
}
