import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { faults, paramsOf } from './protocol.ts'

/** How many clients may have a session at once; beyond that the one that was quiet longest is let go. */
const mostSessions = 100

/** The sessions of clients of the older revisions over HTTP. */
export function createSessions(createServer: () => Server) {
  const sessions = new Map<string, StreamableHTTPServerTransport>()

  const begin = async (): Promise<StreamableHTTPServerTransport> => {
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => {
        sessions.set(id, transport)
        const [oldest] = sessions.keys()
        if (sessions.size > mostSessions && oldest) void sessions.get(oldest)?.close()
      },
    })
    const server = createServer()
    const closed = server.onclose
    await server.connect(transport as never) // its optional callbacks are typed more loosely than the port's
    server.onclose = () => {
      closed?.()
      if (transport.sessionId) sessions.delete(transport.sessionId)
    }
    return transport
  }

  return {
    handle: async (request: IncomingMessage, response: ServerResponse, body: unknown): Promise<void> => {
      const id = request.headers['mcp-session-id']
      if (id === undefined && paramsOf(body).method === 'initialize') {
        await (await begin()).handleRequest(request, response, body)
        return
      }
      const transport = typeof id === 'string' ? sessions.get(id) : undefined
      if (!transport) return refuse(response, id === undefined)
      sessions.delete(String(id)) // to the end: it was used last
      sessions.set(String(id), transport)
      await transport.handleRequest(request, response, body)
    },
    close: async () => {
      await Promise.all([...sessions.values()].map((transport) => transport.close()))
    },
  }
}

function refuse(response: ServerResponse, isMissing: boolean): void {
  const message = isMissing ? 'begin with initialize' : 'this session is over: begin again with initialize'
  response.writeHead(isMissing ? 400 : 404, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ jsonrpc: '2.0', id: null, error: { code: faults.request, message } }))
}
