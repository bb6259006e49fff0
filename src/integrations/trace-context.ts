import { createHash } from 'node:crypto'
import type { TaskStream } from '../events/event.ts'

/** The id of a session's trace. Ids follow from what they stand for. */
export function traceId(session: string): string {
  return digest(`trace ${session}`).slice(0, 32)
}

/** The id of a span: of the session, or of a task, an attempt or a check below it. */
export function spanId(...parts: readonly (string | number)[]): string {
  return digest(`span ${parts.join(' ')}`).slice(0, 16)
}

/** What an attempt's agent is told of the trace it is part of, by the W3C Trace Context (level 1). */
export function traceContext(
  session: string,
  task: TaskStream,
  attempt: number,
): Readonly<Record<string, string | null>> {
  const traceparent = `00-${traceId(session)}-${spanId(session, task, attempt)}-01`
  return { TRACEPARENT: traceparent, TRACESTATE: null } // the state of another trace is none of ours
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
