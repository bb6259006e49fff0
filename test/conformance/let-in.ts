import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * A door before a server that wants a token, for programs that cannot give one: everything goes through as
 * it came, the host and the origin too, and the token is added.
 */
export async function letIn(url: string, token: string): Promise<{ readonly url: string; close(): void }> {
  const { hostname, port, pathname } = new URL(url)
  const door = createServer((incoming, outgoing) => {
    const headers = { ...incoming.headers, authorization: `Bearer ${token}` }
    const onward = request({ hostname, port, path: pathname, method: incoming.method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(outgoing)
    })
    onward.on('error', () => outgoing.destroy())
    outgoing.on('close', () => onward.destroy())
    incoming.pipe(onward)
  })
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve))
  const at = `http://127.0.0.1:${(door.address() as AddressInfo).port}${pathname}`
  return {
    url: at,
    close: () => {
      door.closeAllConnections()
      door.close()
    },
  }
}
