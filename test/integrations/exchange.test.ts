import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { exchange } from '../../src/integrations/exchange.ts'

async function listen(listener: RequestListener) {
  const sockets: Socket[] = []
  const server = createServer(listener).on('connection', (socket) => sockets.push(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { sockets, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` }
}

const post = (url: string, body: string, signal = new AbortController().signal) =>
  exchange({ method: 'POST', url, headers: { 'x-own': 'mine' }, body, signal })

test('what is sent arrives whole, with its length, and over one connection', async () => {
  const seen: unknown[] = []
  const { url, sockets } = await listen(async (request, response) => {
    let text = ''
    for await (const chunk of request.setEncoding('utf8')) text += chunk
    const { 'x-own': own, 'content-length': length, 'user-agent': agent } = request.headers
    seen.push([request.method, text, own, length, agent])
    response.writeHead(201, { 'retry-after': '3' }).end(`{"got":"${text}"}`)
  })
  const first = await post(url, 'größer 🦊')
  expect(first).toMatchObject({ status: 201, text: '{"got":"größer 🦊"}', headers: { 'retry-after': '3' } })
  await post(url, 'two')
  expect(seen).toEqual([
    ['POST', 'größer 🦊', 'mine', '13', 'loopwork'],
    ['POST', 'two', 'mine', '3', 'loopwork'],
  ])
  expect(sockets).toHaveLength(1)
})

test('a kept connection that the service has let go of is opened anew', async () => {
  let heard = 0
  const { url, sockets } = await listen((request, response) => {
    heard += 1
    if (heard === 2) request.socket.resetAndDestroy()
    else response.end('well')
  })
  await post(url, 'one')
  expect((await post(url, 'two')).text).toBe('well')
  expect([heard, sockets.length]).toEqual([3, 2])
})

test('a redirection is not followed, and what is refused or broken off fails', async () => {
  const { url } = await listen((request, response) => {
    if (request.url === '/away') response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()
    else if (request.url === '/cut') request.socket.destroy()
  })
  expect(await post(`${url}away`, '')).toMatchObject({ status: 302 })
  await expect(post(`${url}cut`, '')).rejects.toThrow('socket hang up')
  await expect(post('http://127.0.0.1:1/', '')).rejects.toThrow('ECONNREFUSED')
  const end = new AbortController()
  const waiting = post(url, '', end.signal)
  end.abort()
  await expect(waiting).rejects.toThrow('aborted')
})
