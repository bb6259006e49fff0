import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'

export type Reply = {
  readonly id: number
  // biome-ignore lint/suspicious/noExplicitAny: looked into by tests
  readonly result?: Record<string, any>
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown }
}

/** A server over stdio, spoken to without any library, so that what goes over the wire is what is seen. */
export type McpClient = {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>
  /** Every line that came on standard output, as it was. */
  readonly lines: readonly string[]
  stderr(): string
  send(text: string): void
  ask(method: string, params?: object): Promise<Reply>
  /** Calls a tool; gives what it answered as data. */
  // biome-ignore lint/suspicious/noExplicitAny: each tool answers something else
  call(name: string, args?: object): Promise<any>
  initialize(protocolVersion?: string): Promise<Reply>
  /** Resolves with the first notification of this method from now on. */
  heard(method: string): Promise<object>
  /** Ends the input; gives the exit code. */
  close(): Promise<number | null>
}

/** The envelope of a request of revision 2026-07-28. */
export const modernMeta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
  'io.modelcontextprotocol/clientInfo': { name: 'a-test', version: '1' },
}

export function startMcp(
  cwd: string,
  words: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
  program = resolve('dist/cli/main.js'),
): McpClient {
  const child = spawn(process.execPath, [program, 'mcp', ...words], {
    cwd,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, HOME: cwd, NO_COLOR: '1', ...env },
  })
  const lines: string[] = []
  const waiting = new Map<number, (reply: Reply) => void>()
  const listening: { method: string; resolve: (message: object) => void }[] = []
  let err = ''
  let last = 0
  child.stderr.on('data', (chunk) => {
    err += chunk
  })
  createInterface(child.stdout).on('line', (line) => {
    lines.push(line)
    const message = JSON.parse(line)
    waiting.get(message.id)?.(message)
    waiting.delete(message.id)
    for (const one of listening) if (one.method === message.method) one.resolve(message)
  })
  const send = (text: string) => child.stdin.write(`${text}\n`)
  const ask = (method: string, params: object = {}) => {
    last += 1
    const id = last
    const reply = new Promise<Reply>((resolve) => waiting.set(id, resolve))
    send(JSON.stringify({ jsonrpc: '2.0', id, method, params }))
    return reply
  }
  return {
    child,
    lines,
    stderr: () => err,
    send,
    ask,
    call: async (name, args = {}) => {
      const { result, error } = await ask('tools/call', { name, arguments: args })
      if (error) throw new Error(error.message)
      return result?.structuredContent ?? JSON.parse(result?.content[0].text)
    },
    initialize: async (protocolVersion = '2025-11-25') => {
      const clientInfo = { name: 'a-test', version: '1' }
      const reply = await ask('initialize', { protocolVersion, capabilities: {}, clientInfo })
      send(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' }))
      return reply
    },
    heard: (method) => new Promise((resolve) => listening.push({ method, resolve })),
    close: async () => {
      child.stdin.end()
      if (child.exitCode !== null) return child.exitCode
      const [code] = await once(child, 'close')
      return code as number | null
    },
  }
}
