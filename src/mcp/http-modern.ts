import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Message } from './messages.ts'
import { claimedVersion, type createModern, type Fault } from './modern.ts'
import { faults, paramsOf } from './protocol.ts'

type Asked = Extract<Message, { kind: 'request' }>

/** Which field of the params a proxy is told of in `Mcp-Name`. */
const named: Readonly<Record<string, string>> = {
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri',
}

const statuses: Readonly<Record<number, number>> = {
  [faults.method]: 404,
  [faults.version]: 400,
  [faults.headers]: 400,
}

/** Answers one request of revision 2026-07-28: as one document, or as a stream where something may come before. */
export async function answerOverHttp(
  modern: ReturnType<typeof createModern>,
  message: Asked,
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
): Promise<void> {
  const wrong = headerFault(request, message)
  if (wrong) return sendJson(response, { jsonrpc: '2.0', id: message.id, error: wrong })
  const gone = new AbortController()
  response.on('close', () => gone.abort())
  const isStream =
    message.method === 'subscriptions/listen' || 'progressToken' in paramsOf(message.params._meta)
  const say = (said: object): void => {
    if (!response.headersSent)
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    response.write(`event: message\ndata: ${JSON.stringify(said)}\n\n`)
  }
  const answer = await modern.handle(message, {
    signal: gone.signal,
    notify: (method, params) => isStream && say({ jsonrpc: '2.0', method, params }),
  })
  if (response.destroyed) return
  if (!response.headersSent) return sendJson(response, answer)
  say(answer)
  response.end()
}

function sendJson(response: ServerResponse, answer: object): void {
  const { error } = answer as { error?: Fault }
  const isEnvelope = error?.code === faults.params && error.message.startsWith('_meta')
  const status = error ? (isEnvelope ? 400 : (statuses[error.code] ?? 200)) : 200
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(JSON.stringify(answer))
}

/** The headers must say the same as the body, so that what stands between may rely on them. */
function headerFault({ headers }: IncomingMessage, { method, params }: Asked): Fault | null {
  const fault = (message: string): Fault => ({ code: faults.headers, message })
  const version = headers['mcp-protocol-version']
  const claimed = claimedVersion(params)
  if (claimed !== null && version !== claimed)
    return fault('MCP-Protocol-Version differs from the body, or is missing')
  if (headers['mcp-method'] !== method) return fault('Mcp-Method differs from the body, or is missing')
  const field = named[method]
  if (!field) return null
  return decoded(headers['mcp-name']) === params[field]
    ? null
    : fault('Mcp-Name differs from the body, or is missing')
}

/** A value that a header cannot hold as it is comes as `=?base64?…?=`. */
function decoded(value: string | string[] | undefined): string | undefined {
  if (typeof value !== 'string') return undefined
  const inner = /^=\?base64\?(.*)\?=$/.exec(value)?.[1]
  return inner === undefined ? value.trim() : Buffer.from(inner, 'base64').toString('utf8')
}
