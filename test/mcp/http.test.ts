import { statSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { expect, test } from 'vitest'
import { modernMeta } from '../support/mcp-client.ts'
import { backlogOf, configOf, makeProject } from '../support/project.ts'

async function serve() {
  const project = makeProject({
    'loopwork.config.json': configOf(['true']),
    'tasks.json': backlogOf({ id: 'A-1', title: 'One' }, { id: 'A-2', title: 'Two' }),
  })
  const server = project.begin('mcp', '--http')
  const url = await new Promise<string>((resolve) => {
    let err = ''
    server.stderr?.on('data', (chunk) => {
      err += chunk
      const found = /http:\/\/127\.0\.0\.1:\d+\/mcp/.exec(err)?.[0]
      if (found) resolve(found)
    })
  })
  const token = project.read('.loopwork-state/mcp-token').trim()
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    fetch(url, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...headers,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  return { project, server, url, token, post }
}

const modernHeaders = (method: string, name?: string) => ({
  'mcp-protocol-version': '2026-07-28',
  'mcp-method': method,
  ...(name ? { 'mcp-name': name } : {}),
})

test('clients of the official SDK are served, several at once, until a signal comes', async () => {
  const { project, server, url, token } = await serve()
  expect(statSync(join(project.folder, '.loopwork-state/mcp-token')).mode & 0o777).toBe(0o600)
  const requestInit = { headers: { authorization: `Bearer ${token}` } }
  const clients = await Promise.all(
    ['one', 'two', 'three'].map(async (name) => {
      const client = new Client({ name, version: '1' })
      await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }) as never)
      return client
    }),
  )
  const counts = await Promise.all(
    clients.map((client) => client.callTool({ name: 'loopwork_count_pending', arguments: {} })),
  )
  expect(counts.map(({ structuredContent }) => structuredContent)).toEqual(clients.map(() => ({ count: 2 })))
  for (const client of clients) await client.close()
  server.kill('SIGTERM')
  expect(await server.answer).toMatchObject({ code: 0, out: '' })
})

test('a request of revision 2026-07-28 needs no session, and its headers must agree with it', async () => {
  const { post } = await serve()
  const body = (method: string, params: object) => ({
    jsonrpc: '2.0',
    id: 1,
    method,
    params: { _meta: modernMeta, ...params },
  })
  const call = body('tools/call', { name: 'loopwork_count_pending', arguments: {} })
  const good = await post(call, modernHeaders('tools/call', 'loopwork_count_pending'))
  expect(good.status).toBe(200)
  expect(await good.json()).toMatchObject({ result: { structuredContent: { count: 2 } } })

  const outcomes = await Promise.all(
    [
      [call, modernHeaders('tools/call', 'another')],
      [call, modernHeaders('tools/list', 'loopwork_count_pending')],
      [call, {}],
      [body('nothing', {}), modernHeaders('nothing')],
      [{ ...call, params: { name: 'x' } }, modernHeaders('tools/call', 'x')],
    ].map(async ([request, headers]) => {
      const response = await post(request, headers as Record<string, string>)
      return [response.status, ((await response.json()) as { error: { code: number } }).error.code]
    }),
  )
  expect(outcomes).toEqual([
    [400, -32020],
    [400, -32020],
    [400, -32020],
    [404, -32601],
    [400, -32602],
  ])
})

test('nobody is let in from elsewhere, without the token, or with what is no request', async () => {
  const { url, post } = await serve()
  const ping = { jsonrpc: '2.0', id: 1, method: 'ping' }
  const status = async (response: Promise<Response>) => (await response).status
  expect(await status(post(ping, { authorization: 'Bearer wrong' }))).toBe(401)
  expect(await status(post(ping, { origin: 'https://evil.example' }))).toBe(403)
  expect(await status(post(ping, { origin: 'null' }))).toBe(403)
  expect(await status(post('garbage'))).toBe(400)
  expect(await status(post(ping))).toBe(400)
  expect(await status(post(ping, { 'mcp-session-id': 'gone' }))).toBe(404)
  expect(await status(post(ping, { 'content-type': 'text/plain' }))).toBe(415)
  expect(await status(post('x'.repeat((4 << 20) + 1)))).toBe(413)
  expect(await status(fetch(url.replace('/mcp', '/other')))).toBe(401)
})
