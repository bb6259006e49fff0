import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import { JSONRPCMessageSchema } from '@modelcontextprotocol/sdk/types.js'
import { createLegacyServer } from './legacy.ts'
import type { Message } from './messages.ts'
import { faults } from './protocol.ts'
import type { Service } from './service.ts'

/** A server of the SDK behind reading and writing that is not its own. */
export type LegacyLink = {
  take(value: object, message: Message): void
  /** Resolves when every request that was taken has its answer. */
  answered(): Promise<void>
  close(): Promise<void>
}

/** Connects a service to a client of the older revisions. */
export async function openLegacyLink(service: Service, send: (message: object) => void): Promise<LegacyLink> {
  const server = createLegacyServer(service)
  const waiting = new Set<string | number>()
  let settled: (() => void) | null = null

  const done = (id: string | number | undefined): void => {
    if (id !== undefined) waiting.delete(id)
    if (waiting.size === 0) settled?.()
  }
  const transport: Transport = {
    start: async () => undefined,
    send: async (message) => {
      send(message)
      if (!('method' in message)) done(message.id)
    },
    close: async () => transport.onclose?.(),
  }
  await server.connect(transport)

  return {
    take: (value, message) => {
      const parsed = JSONRPCMessageSchema.safeParse(value)
      if (!parsed.success) {
        if (message.kind !== 'request') return // nobody waits for an answer
        const error = { code: faults.request, message: 'this is no valid request' }
        send({ jsonrpc: '2.0', id: message.id, error })
        return
      }
      if (message.kind === 'request') waiting.add(message.id)
      if (message.kind === 'notification' && message.method === 'notifications/cancelled') {
        done(message.params.requestId as string | number)
      }
      transport.onmessage?.(parsed.data)
    },
    answered: async () => {
      if (waiting.size === 0) return
      await new Promise<void>((resolve) => {
        settled = resolve
      })
    },
    close: () => server.close(),
  }
}
