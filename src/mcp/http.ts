import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { LoopworkError } from '../errors.ts'
import { type Rejection, rejectionOf } from './http-guard.ts'
import { answerOverHttp } from './http-modern.ts'
import { createSessions } from './http-sessions.ts'
import { createLegacyServer } from './legacy.ts'
import { readMessage, unreadable } from './messages.ts'
import { claimedVersion, createModern, modernVersion } from './modern.ts'
import { faults, paramsOf } from './protocol.ts'
import type { Service } from './service.ts'

/** Longest body that is taken, in bytes. */
const longest = 4 << 20

/** The path that is served. */
const path = '/mcp'

/** A server that is listening. */
export type HttpServer = { readonly url: string; close(): Promise<void> }

/** Serves any number of clients over HTTP, on this machine only, to whoever knows the token. */
export async function serveHttp(
  service: Service,
  given: {
    readonly port: number
    readonly token: string
    /** Stands for the server of the older revisions: for one that can do more. */
    readonly createLegacy?: () => Server
  },
): Promise<HttpServer> {
  const modern = createModern(service)
  const sessions = createSessions(given.createLegacy ?? (() => createLegacyServer(service)))

  const post = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const text = await bodyOf(request)
    if (text === null) return reject(response, 413, `a body is at most ${longest} bytes long`)
    const body = parse(text)
    if (body === undefined) return sendJson(response, 400, unreadable)
    if (Array.isArray(body)) return sessions.handle(request, response, body)
    const read = readMessage(body)
    if ('refusal' in read) return sendJson(response, 400, read.refusal)
    const { message } = read
    return message.kind === 'request' && isOfModern(request, message.params)
      ? answerOverHttp(modern, message, { request, response })
      : sessions.handle(request, response, body)
  }

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const rejection = rejectionOf(request, given.token) ?? misplaced(request)
    if (rejection) return reject(response, rejection.status, rejection.message)
    return request.method === 'POST' ? post(request, response) : sessions.handle(request, response, undefined)
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => {
      if (response.headersSent) response.destroy()
      else reject(response, 500, 'this is a mistake in loopwork')
    })
  })
  await new Promise<void>((resolve, refuse) => {
    server.once('error', (thrown: NodeJS.ErrnoException) => refuse(portFailure(thrown, given.port)))
    server.listen(given.port, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}${path}`,
    close: async () => {
      await sessions.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Whether something is asked for that is not here, or is sent as something else than JSON. */
function misplaced({ url, method, headers }: IncomingMessage): Rejection | null {
  if (new URL(url ?? '/', 'http://loopback').pathname !== path) {
    return { status: 404, message: `only ${path} is served` }
  }
  const isJson = /^application\/json\b/i.test(headers['content-type'] ?? '')
  return method === 'POST' && !isJson ? { status: 415, message: 'send application/json' } : null
}

function isOfModern({ headers }: IncomingMessage, params: unknown): boolean {
  return headers['mcp-protocol-version'] === modernVersion || claimedVersion(paramsOf(params)) !== null
}

function reject(response: ServerResponse, status: number, message: string): void {
  if (status === 401) response.setHeader('www-authenticate', 'Bearer realm="loopwork"')
  sendJson(response, status, { jsonrpc: '2.0', id: null, error: { code: faults.request, message } })
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(JSON.stringify(body))
}

async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += (chunk as Buffer).length
    if (size > longest) return null
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // told to whoever sent it
  }
}

function portFailure(thrown: NodeJS.ErrnoException, port: number): LoopworkError {
  return new LoopworkError('unavailable', `port ${port} of 127.0.0.1 cannot be taken (${thrown.code})`, {
    hint: 'Choose another with --port, or leave it out to get a free one.',
    cause: thrown,
  })
}
