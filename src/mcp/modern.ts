import { type Call, faults, type Params, paramsOf } from './protocol.ts'
import { faultOf, type Service } from './service.ts'

/** The revision without a handshake: each request says for itself who asks. */
export const modernVersion = '2026-07-28'
const all = [modernVersion, '2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05']

const meta = {
  version: 'io.modelcontextprotocol/protocolVersion',
  client: 'io.modelcontextprotocol/clientInfo',
  capabilities: 'io.modelcontextprotocol/clientCapabilities',
  server: 'io.modelcontextprotocol/serverInfo',
  subscription: 'io.modelcontextprotocol/subscriptionId',
} as const

export type RequestId = string | number
export type Request = { readonly id: RequestId; readonly method: string; readonly params: Params }
export type Fault = { readonly code: number; readonly message: string; readonly data?: unknown }

/** Lists and readings that a client may keep: not at all, since any process may change them any time. */
const cacheable = /^(tools|prompts|resources)\/(list|templates\/list|read)$|^server\/discover$/

/** The revision that a message says it is written in; null where it says none. */
export function claimedVersion(params: unknown): string | null {
  const version = paramsOf(paramsOf(params)._meta)[meta.version]
  return typeof version === 'string' ? version : null
}

/** A service in the words of revision 2026-07-28. It keeps nothing between two requests. */
export function createModern(service: Service) {
  const discover = {
    supportedVersions: all,
    capabilities: { tools: {}, prompts: {}, completions: {}, resources: { subscribe: true } },
    instructions: service.instructions,
  }

  const answer = async (request: Request, way: Way): Promise<object> => {
    const { method, params } = request
    if (method === 'server/discover') return discover
    if (method === 'subscriptions/listen') return listen(service, request, way)
    const run = Object.hasOwn(service.methods, method) ? service.methods[method] : undefined
    if (!run) throw { code: faults.method, message: `there is no method ${method}` } satisfies Fault
    return run(params, callOf(params, way))
  }

  return {
    /** Gives the response to a request. What is to be said before it goes to `way.notify`. */
    handle: async (request: Request, way: Way): Promise<object> => {
      const { id, method, params } = request
      const wrong = envelopeFault(params)
      if (wrong) return { jsonrpc: '2.0', id, error: wrong }
      try {
        const result = { ...(await answer(request, way)), ...stamp(method) }
        const given = paramsOf((result as Params)._meta)
        const _meta = { ...given, [meta.server]: { name: service.name, version: service.version } }
        return { jsonrpc: '2.0', id, result: { ...result, _meta } }
      } catch (thrown) {
        const error = isFault(thrown) ? thrown : faultOf(thrown)
        const data = method === 'resources/read' ? { ...paramsOf(error.data), uri: params.uri } : error.data
        return { jsonrpc: '2.0', id, error: data === undefined ? error : { ...error, data } }
      }
    },
  }
}

/** How a client is reached while it waits. */
export type Way = { readonly signal: AbortSignal; notify(method: string, params: object): void }

function stamp(method: string): object {
  return { resultType: 'complete', ...(cacheable.test(method) ? { ttlMs: 0, cacheScope: 'private' } : {}) }
}

function isFault(thrown: unknown): thrown is Fault {
  return typeof thrown === 'object' && thrown !== null && !(thrown instanceof Error) && 'code' in thrown
}

/** What is wrong with who a request says it is from; null if nothing is. */
function envelopeFault(params: Params): Fault | null {
  const envelope = paramsOf(params._meta)
  const version = envelope[meta.version]
  if (typeof version !== 'string') {
    return { code: faults.params, message: `_meta["${meta.version}"] is missing` }
  }
  if (version !== modernVersion) {
    const data = { supported: all, requested: version }
    return { code: faults.version, message: `revision ${version.slice(0, 40)} is not spoken here`, data }
  }
  const capabilities = envelope[meta.capabilities]
  const isObject = typeof capabilities === 'object' && capabilities !== null && !Array.isArray(capabilities)
  return isObject ? null : { code: faults.params, message: `_meta["${meta.capabilities}"] must be an object` }
}

function callOf(params: Params, { signal, notify }: Way): Call {
  const { [meta.client]: client, progressToken } = paramsOf(params._meta)
  const { name } = paramsOf(client)
  return {
    client: typeof name === 'string' ? name : 'an MCP client',
    signal,
    progress: (progress, total, message) => {
      if (typeof progressToken !== 'string' && typeof progressToken !== 'number') return
      notify('notifications/progress', {
        progressToken,
        progress,
        message,
        ...(total === null ? {} : { total }),
      })
    },
  }
}

/** Tells of changes at the addresses that were asked for, until the client lets go. */
async function listen(service: Service, { id, params }: Request, { signal, notify }: Way): Promise<object> {
  const wanted = paramsOf(params.notifications).resourceSubscriptions
  const uris = Array.isArray(wanted) ? wanted.filter((uri): uri is string => typeof uri === 'string') : []
  const _meta = { [meta.subscription]: id }
  const stops = await Promise.all(
    uris.map((uri) => service.watch(uri, () => notify('notifications/resources/updated', { uri, _meta }))),
  )
  notify('notifications/subscriptions/acknowledged', {
    notifications: uris.length > 0 ? { resourceSubscriptions: uris } : {},
    _meta,
  })
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  for (const stop of stops) stop()
  return { _meta }
}
