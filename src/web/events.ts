import type { IncomingMessage, ServerResponse } from 'node:http'
import { concatMap, type Subscription } from 'rxjs'
import type { Fact } from '../events/catalogue.ts'
import type { EventLog } from '../ports/event-log.ts'
import { streamOf } from '../runtime/stream.ts'
import { beginEvents } from './answer.ts'

/** How often a quiet stream says that it lives, in milliseconds. */
const heartbeatMs = 15_000

/**
 * All facts after a position, as they happen. The id of each message is its last position, so that a browser
 * whose connection was cut goes on exactly there. A reader who is slow holds up nobody: no more is read for it
 * until it has taken what it was sent.
 */
export function streamFacts(
  log: Pick<EventLog, 'readAfter' | 'bell'>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const asked = new URL(request.url ?? '/', 'http://localhost').searchParams.get('after')
  const resumed = request.headers['last-event-id']
  const after = positionIn(typeof resumed === 'string' ? resumed : asked)
  beginEvents(response)
  const heartbeat = setInterval(() => response.write(': alive\n\n'), heartbeatMs)
  const subscription: Subscription = streamOf(log)(after)
    .pipe(concatMap((batch) => send(response, batch)))
    .subscribe({ error: () => response.destroy() })
  response.on('close', () => {
    clearInterval(heartbeat)
    subscription.unsubscribe()
  })
}

async function send(response: ServerResponse, batch: readonly Fact[]): Promise<void> {
  const last = batch.at(-1)
  if (!last || response.destroyed) return
  const isTaken = response.write(`id: ${last.position}\ndata: ${JSON.stringify(batch)}\n\n`)
  if (isTaken) return
  await new Promise<void>((resolve) => {
    response.once('drain', resolve)
    response.once('close', resolve)
  })
}

/** A position as it stands in a request; 0 for what is none. */
export function positionIn(text: string | null | undefined): number {
  const position = Number(text ?? 0)
  return Number.isSafeInteger(position) && position > 0 ? position : 0
}
