import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** A server over stdio, and the time that it took since it was started. */
export type Server = {
  ask(method: string, params?: object): Promise<unknown>
  call(name: string, args?: object): Promise<unknown>
  /** Milliseconds since it was started. */
  age(): number
  /** Resident memory in MB. */
  memory(): number
  close(): Promise<void>
}

export function startServer(words: readonly string[], cwd: string): Server {
  const begun = performance.now()
  const child = spawn(process.execPath, words, { cwd, stdio: ['pipe', 'pipe', 'inherit'] })
  const waiting = new Map<number, (answer: { result?: { isError?: boolean } }) => void>()
  let last = 0
  createInterface(child.stdout).on('line', (line) => {
    const answer = JSON.parse(line)
    waiting.get(answer.id)?.(answer)
    waiting.delete(answer.id)
  })
  const ask = async (method: string, params: object = {}) => {
    last += 1
    const id = last
    const answered = new Promise<{ result?: { isError?: boolean } }>((resolve) => waiting.set(id, resolve))
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`)
    const { result } = await answered
    if (!result || result.isError) throw new Error(`${method} went wrong: ${JSON.stringify(result)}`)
    return result
  }
  return {
    ask,
    call: (name, args = {}) => ask('tools/call', { name, arguments: args }),
    age: () => performance.now() - begun,
    memory: () =>
      Number(execFileSync('ps', ['-o', 'rss=', '-p', String(child.pid)], { encoding: 'utf8' })) / 1024,
    close: async () => {
      child.stdin.end()
      await once(child, 'close')
    },
  }
}

/** The handshake of a client. */
export async function initialize(server: Server): Promise<void> {
  await server.ask('initialize', {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'bench', version: '1' },
  })
}
