import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { isFailure } from '../errors.ts'
import { type Call, paramsOf } from './protocol.ts'
import { faultOf, type Service } from './service.ts'

/** The code by which revisions up to 2025-11-25 say that there is no such resource. */
const noResource = -32002

/**
 * A service as the official SDK speaks it: revisions 2024-11-05 to 2025-11-25, with a handshake. One server
 * a connection.
 */
export function createLegacyServer(service: Service): Server {
  const { name, version, instructions, methods } = service
  const server = new Server(
    { name, version, title: 'Loopwork' },
    {
      capabilities: { tools: {}, prompts: {}, completions: {}, resources: { subscribe: true } },
      instructions,
    },
  )
  const watches = new Map<string, () => void>()
  server.onclose = () => {
    for (const stop of watches.values()) stop()
    watches.clear()
  }

  const subscribe = async (uri: string): Promise<object> => {
    if (watches.has(uri)) return {}
    watches.set(
      uri,
      await service.watch(uri, () => {
        void server.sendResourceUpdated({ uri }).catch(() => undefined) // the client has gone
      }),
    )
    return {}
  }
  const unsubscribe = (uri: string): object => {
    watches.get(uri)?.()
    watches.delete(uri)
    return {}
  }

  server.fallbackRequestHandler = async (request, extra) => {
    const params = paramsOf(request.params)
    const uri = String(params.uri)
    if (request.method === 'resources/subscribe') return subscribe(uri) as never
    if (request.method === 'resources/unsubscribe') return unsubscribe(uri) as never
    const method = Object.hasOwn(methods, request.method) ? methods[request.method] : undefined
    if (!method) throw fault({ code: -32601, message: `there is no method ${request.method}` })
    const token = extra._meta?.progressToken
    const call: Call = {
      client: server.getClientVersion()?.name ?? 'an MCP client',
      signal: extra.signal,
      progress: (progress, total, message) => {
        if (token === undefined) return
        const params = { progressToken: token, progress, message, ...(total === null ? {} : { total }) }
        void extra.sendNotification({ method: 'notifications/progress', params }).catch(() => undefined) // gone
      },
    }
    try {
      return (await method(params, call)) as never
    } catch (thrown) {
      const told = faultOf(thrown)
      const isMissing = request.method === 'resources/read' && isFailure(thrown, 'not_found')
      throw fault(isMissing ? { ...told, code: noResource, data: { ...told.data, uri } } : told)
    }
  }
  return server
}

function fault({ message, ...rest }: ReturnType<typeof faultOf>): Error {
  return Object.assign(new Error(message), rest)
}
