import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { LoopworkError } from '../errors.ts'
import { answer } from './answer.ts'
import { refusalOf } from './guard.ts'

export type WebServer = { readonly url: string; close(): Promise<void> }

/** Listens on the loopback address alone, and answers whoever has the token. Port 0 takes any that is free. */
export async function listenHere(
  { port: wanted, token }: { readonly port: number; readonly token: string },
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<WebServer> {
  let port = wanted
  const server = createServer((request, response) => {
    const refusal = refusalOf(request, port, token)
    if (refusal) answer(response, refusal.status, 'text/plain; charset=utf-8', `${refusal.message}\n`)
    else handle(request, response)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (thrown) => reject(unusable(thrown, wanted)))
    server.listen(wanted, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address && typeof address === 'object') port = address.port
  return {
    url: `http://127.0.0.1:${port}/?token=${token}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function unusable(thrown: Error, port: number): LoopworkError {
  const isTaken = 'code' in thrown && thrown.code === 'EADDRINUSE'
  return new LoopworkError(
    'unavailable',
    isTaken ? `port ${port} is taken` : `port ${port} cannot be used: ${thrown.message}`,
    { hint: 'Name another with --port, or leave it out to take any that is free.', cause: thrown },
  )
}
