import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** A request as a service sees it. */
export type Seen = {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  readonly text: string
  /** The body as JSON; an empty object where it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: each service checks what it expects
  readonly body: any
}

export type Reply = {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Milliseconds of nothing before the answer. */
  readonly after?: Promise<unknown>
}

/** A service on loopback. `next` answers the next request in place of the service itself. */
export type Service = {
  readonly url: string
  readonly seen: readonly Seen[]
  next(...replies: readonly Reply[]): void
  /** Answers every request like this from now on; null goes back to normal. */
  always(reply: Reply | null): void
}

/** Starts a service that answers by a function of the request; gone when the test is over. */
export async function serve(answer: (seen: Seen) => Reply | Promise<Reply>): Promise<Service> {
  const seen: Seen[] = []
  const queue: Reply[] = []
  let forced: Reply | null = null
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    const url = new URL(request.url ?? '/', 'http://loopback')
    const { method = '', headers } = request
    const one = { method, path: url.pathname, query: url.searchParams, headers, text, body: parsed(text) }
    seen.push(one)
    const reply = queue.shift() ?? forced ?? (await answer(one))
    await reply.after
    const body = reply.body === undefined ? '' : JSON.stringify(reply.body)
    response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers }).end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    next: (...replies) => void queue.push(...replies),
    always: (reply) => {
      forced = reply
    },
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}
