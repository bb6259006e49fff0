import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import type { Json, Protocol, Refusal, Reply, Sent } from './protocol.ts'

/** The one key that the endpoint knows. */
export const knownKey = 'sk-of-the-scripted-model'

export type Endpoint = {
  readonly url: string
  /** What the model was asked with tools at hand, in the order in which it came: the agent's conversation. */
  readonly turns: readonly { readonly body: string; readonly toolResults: number }[]
  /** What was asked that has nothing to do with the model: calls home, and hosts asked for as of a proxy. */
  readonly strays: readonly string[]
  /** Answers nothing from now on; the function that it gives lets all answers go. */
  hold(): () => void
}

/**
 * A model on loopback that follows a script: it wants to use a tool as long as the conversation holds no
 * result of one, and then says that it is done. It remembers nothing, so whoever asks twice is told twice.
 */
export async function openEndpoint(
  protocol: Protocol,
  model: string,
  call: NonNullable<Reply['call']> | ((asked: Json) => NonNullable<Reply['call']>),
): Promise<Endpoint> {
  const turns: { readonly body: string; readonly toolResults: number }[] = []
  const strays: string[] = []
  let held = Promise.resolve()

  const replyTo = (body: string): Reply => {
    const asked: Json = JSON.parse(body)
    if (!protocol.offersTools(asked)) return done // small talk, such as a title for the session
    const toolResults = protocol.toolResults(asked)
    turns.push({ body, toolResults })
    if (toolResults > 0) return done
    return { text: 'I write the file.', call: typeof call === 'function' ? call(asked) : call }
  }

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request)
    const { method, url = '', headers } = request
    if (method !== 'POST' || !protocol.path.test(url)) {
      if (method !== 'HEAD') strays.push(`${method} ${url}`) // some look whether anybody is there
      response.writeHead(404).end()
      return
    }
    const reply = replyTo(body)
    const key = protocol.keyOf(headers)
    if (key !== knownKey) return refuse(response, protocol.refusal(key))
    await held
    stream(response, protocol.stream(reply, model))
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((thrown) => {
      strays.push(String(thrown))
      response.destroy()
    })
  })
  server.on('connect', (request, socket) => {
    strays.push(`CONNECT ${request.url}`)
    socket.on('error', () => undefined) // whoever asked may be gone before it hears the answer
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    turns,
    strays,
    hold: () => {
      let letGo = (): void => undefined
      held = new Promise((resolve) => {
        letGo = resolve
      })
      return letGo
    },
  }
}

const done: Reply = { text: 'The file is written.', call: null }

function refuse(response: ServerResponse, refusal: Refusal): void {
  response.writeHead(refusal.status, { 'content-type': 'application/json', ...refusal.headers })
  response.end(JSON.stringify(refusal.body))
}

function stream(response: ServerResponse, events: readonly Sent[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const { event, data } of events) {
    if (event) response.write(`event: ${event}\n`)
    response.write(`data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`)
  }
  response.end()
}
