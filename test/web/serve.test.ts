import { mkdirSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { dirname } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { createSessionFiles } from '../../src/adapters/files/session-files.ts'
import { openMemoryEventLog } from '../../src/adapters/memory/event-log.ts'
import { taskStream } from '../../src/events/event.ts'
import { serveWeb } from '../../src/web/serve.ts'
import { context, countingIds, now } from '../support/examples.ts'
import { claimed, queued } from '../support/task-facts.ts'
import { tempFolder } from '../support/temp.ts'

const token = 'a-token-for-this-test'
const stream = taskStream('tasks.json', 'A-1')

async function openServer() {
  const log = openMemoryEventLog({ clock: { now: () => now }, newId: countingIds() })
  await log.append([{ stream, expectedVersion: 0, events: [queued, claimed(1)] }], context)
  const stateDir = tempFolder()
  const files = createSessionFiles(stateDir)
  const asked: unknown[] = []
  const server = await serveWeb(
    {
      log,
      files,
      assets: {
        find: (path) => (path === '/' ? { type: 'text/html', body: Buffer.from('<p>the app') } : null),
      },
      place: { project: '/home/me/shop', dailyBudgetUsd: 10, isRecording: false },
      present: async () => ({ position: 2, at: now.toISOString(), board: [], costs: [], loops: [] }),
      plugins: async () => [],
      act: async (what) => {
        asked.push(what)
        return 'done'
      },
    },
    { port: 0, token },
  )
  onTestFinished(() => server.close())
  const { port } = new URL(server.url)

  /** As a browser, or whoever, would ask. */
  const ask = async (
    path: string,
    headers: Readonly<Record<string, string>> = { authorization: `Bearer ${token}` },
    body?: string,
  ) => {
    const sent = request({
      host: '127.0.0.1',
      port,
      path,
      method: body === undefined ? 'GET' : 'POST',
      headers: { host: `127.0.0.1:${port}`, ...headers },
    })
    sent.end(body)
    const [response] = await new Promise<[import('node:http').IncomingMessage]>((resolve, reject) => {
      sent.on('response', (answer) => resolve([answer]))
      sent.on('error', reject)
    })
    return { status: response.statusCode, headers: response.headers, text: await text(response) }
  }
  return { server, log, files, stateDir, asked, ask, port }
}

test.each([
  ['without the token', {}, 401],
  ['with another token', { authorization: 'Bearer a-token-for-that-test' }, 401],
  ['with a foreign host', { authorization: `Bearer ${token}`, host: 'evil.example:80' }, 403],
  ['of a foreign page', { authorization: `Bearer ${token}`, origin: 'http://evil.example' }, 403],
])('a request %s is refused', async (_, headers, status) => {
  const { ask } = await openServer()
  expect((await ask('/api/start', headers)).status).toBe(status)
})

test('the link gives a cookie that no script sees, and leads to the page without the token', async () => {
  const { ask } = await openServer()
  const link = await ask(`/?token=${token}`, {})
  expect(link.status).toBe(303)
  expect(link.headers.location).toBe('/')
  const cookie = String(link.headers['set-cookie'])
  expect(cookie).toMatch(/HttpOnly; SameSite=Strict/)
  const page = await ask('/', { cookie: cookie.split(';')[0] ?? '' })
  expect(page).toMatchObject({ status: 200, text: '<p>the app' })
  expect(page.headers['content-security-policy']).toMatch(/default-src 'none'/)
})

test('facts come by pages, and go on as events from any position', async () => {
  const { ask, log, port } = await openServer()
  expect(JSON.parse((await ask('/api/facts?after=1')).text)).toMatchObject({
    head: 2,
    facts: [{ position: 2, event: { type: 'task.claimed' } }],
  })
  const response = await fetch(`http://127.0.0.1:${port}/api/events?after=1`, {
    headers: { authorization: `Bearer ${token}` },
  })
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  const next = async () => new TextDecoder().decode((await reader.read()).value)
  expect(await next()).toMatch(/^id: 2\ndata: \[\{.*"position":2/)
  await log.append(
    [{ stream, expectedVersion: 2, events: [{ type: 'task.skipped', data: { reason: 'no' } }] }],
    context,
  )
  expect(await next()).toMatch(/^id: 3\ndata: \[\{.*"position":3/)
  await reader.cancel()
  const again = await fetch(`http://127.0.0.1:${port}/api/events?after=0`, {
    headers: { authorization: `Bearer ${token}`, 'last-event-id': '2' },
  })
  const resumed = (again.body as ReadableStream<Uint8Array>).getReader()
  expect(new TextDecoder().decode((await resumed.read()).value)).toMatch(/^id: 3\n/)
  await resumed.cancel()
})

/** An attempt that has printed this. */
async function openWithOutput(printed: string | Buffer) {
  const { ask, files } = await openServer()
  const { output } = files.of('sessions/default/1', 1, true)
  mkdirSync(dirname(output), { recursive: true })
  writeFileSync(output, printed)
  const of = `stream=${encodeURIComponent(stream)}&attempt=1`
  const answered = async (path: string) => JSON.parse((await ask(path)).text)
  return {
    ask,
    piece: (more = '') => answered(`/api/output?${of}${more}`),
    find: (text: string) => answered(`/api/search?${of}&text=${encodeURIComponent(text)}`),
  }
}

test('outputs come in pieces, and nothing but what the log names can be read', async () => {
  const { ask, piece } = await openWithOutput('what it said')
  expect(await piece()).toEqual({ size: 12, offset: 0, end: 12, text: 'what it said' })
  expect(await piece('&offset=5')).toEqual({ size: 12, offset: 5, end: 12, text: 'it said' })
  const path = `/api/output?stream=${encodeURIComponent(stream)}&attempt=1`
  expect((await ask(`${path}&which=../../../etc/passwd`)).status).toBe(400)
  expect((await ask('/api/output?stream=../x&attempt=1')).status).toBe(404)
  expect((await ask(`/api/search?stream=${encodeURIComponent(stream)}&attempt=1&text=`)).status).toBe(400)
})

test.each([
  ['lines', Array.from({ length: 60_000 }, (_, nth) => `line ${nth} ünd so fort`).join('\n')],
  ['one endless line', 'äöü'.repeat(300_000)],
])('the pieces of %s, forwards and backwards, make the whole again', async (_, printed) => {
  const { piece } = await openWithOutput(printed)
  let forwards = ''
  for (let at = 0, size = 1; at < size; ) {
    const part = await piece(`&offset=${at}`)
    forwards += part.text
    at = part.end
    size = part.size
  }
  expect(forwards === printed).toBe(true)
  let backwards = ''
  for (let part = await piece(); ; part = await piece(`&before=${part.offset}`)) {
    backwards = part.text + backwards
    if (part.offset === 0) break
  }
  expect(backwards === printed).toBe(true)
})

test('the whole output is searched, also across the parts of a very long line', async () => {
  const long = Buffer.alloc(262_144 * 3, 'x')
  long.write('NEEDLE', 262_144 - 3)
  const lines = Array.from({ length: 20_000 }, (_, nth) => `line ${nth}, nothing to see`)
  lines[7] = 'first needle'
  const { find } = await openWithOutput(Buffer.concat([Buffer.from(`${lines.join('\n')}\n`), long]))
  const { lines: found, isCut } = await find('Needle')
  expect(isCut).toBe(false)
  expect(found).toHaveLength(2)
  expect(found[0]).toEqual({
    offset: Buffer.byteLength(`${lines.slice(0, 7).join('\n')}\n`),
    text: 'first needle',
  })
  expect(found[1].text).toMatch(/^… x+NEEDLEx+ …$/)
  expect(await find('line 1')).toMatchObject({ isCut: true })
  expect(await find('not there')).toEqual({ lines: [], isCut: false })
})

test('what is asked for is carried out, if it is JSON of reasonable length', async () => {
  const { ask, asked } = await openServer()
  const authorization = `Bearer ${token}`
  const headers = { authorization, 'content-type': 'application/json' }
  expect(JSON.parse((await ask('/api/act', headers, '{"do":"pause"}')).text)).toEqual({ text: 'done' })
  expect((await ask('/api/act', { authorization }, '{"do":"pause"}')).status).toBe(400)
  expect((await ask('/api/act', headers, '{"do":')).status).toBe(400)
  expect((await ask('/api/act', headers, `"${'x'.repeat(70_000)}"`)).status).toBe(400)
  expect(asked).toEqual([{ do: 'pause' }])
})

test('the charts are drawn from the machines', async () => {
  const { ask } = await openServer()
  const [task, loop] = JSON.parse((await ask('/api/start')).text).charts
  expect(task).toMatchObject({ id: 'task', initial: 'absent' })
  expect(task.arrows).toContainEqual({ from: 'queued', to: 'claimed', event: 'task.claimed' })
  expect(loop.states.map(({ name }: { name: string }) => name)).toContain('draining')
})

test('a port that is taken is named', async () => {
  const { port } = await openServer()
  const other = serveWeb({} as never, { port: Number(port), token })
  await expect(other).rejects.toThrow(`port ${port} is taken`)
})
