import type { EventLog } from '../ports/event-log.ts'
import type { Secret } from '../ports/secret.ts'
import type { SessionFiles } from '../ports/session-files.ts'

/** A text without secrets: `***ANTHROPIC_API_KEY***` stands where one was. */
export function masked(text: string, secrets: readonly Secret[]): string {
  return secrets.reduce((sofar, { name, value }) => sofar.replaceAll(value, `***${name}***`), text)
}

/** The log, with secrets taken out of whatever is written to it. */
export function maskedLog(log: EventLog, secrets: readonly Secret[]): EventLog {
  if (secrets.length === 0) return log
  return {
    ...log,
    append: (writes, context) =>
      log.append(
        writes.map((write) => ({
          ...write,
          events: deeplyMasked(write.events, secrets) as typeof write.events,
        })),
        context,
      ),
  }
}

/** The files of a session, with secrets taken out of whatever is written to them. */
export function maskedFiles(files: SessionFiles, secrets: readonly Secret[]): SessionFiles {
  if (secrets.length === 0) return files
  return {
    ...files,
    write: (path, text) => files.write(path, masked(text, secrets)),
    append: (path, text) => files.append(path, masked(text, secrets)),
    log: (folder, lines) =>
      files.log(
        folder,
        lines.map((line) => masked(line, secrets)),
      ),
  }
}

/** A value without secrets, wherever in it they are. */
export function deeplyMasked(value: unknown, secrets: readonly Secret[]): unknown {
  if (typeof value === 'string') return masked(value, secrets)
  if (Array.isArray(value)) return value.map((item) => deeplyMasked(item, secrets))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, deeplyMasked(item, secrets)]))
}
