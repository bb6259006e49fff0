import { expect, onTestFinished, test } from 'vitest'
import { openStatelyBridge } from '../../src/web/stately-bridge.ts'

const token = 'a-token-for-this-test'
const authorization = `Bearer ${token}`

async function openBridge() {
  const bridge = await openStatelyBridge({ port: 0, token })
  onTestFinished(() => bridge.close())
  return { bridge, origin: new URL(bridge.url).origin }
}

/** The first messages that a page is told: as many as are asked for. */
async function messages(origin: string, count: number, headers: Readonly<Record<string, string>> = {}) {
  const response = await fetch(`${origin}/messages`, { headers: { authorization, ...headers } })
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  let text = ''
  while (text.split('\n\n').length <= count) text += new TextDecoder().decode((await reader.read()).value)
  await reader.cancel()
  return text.trim().split('\n\n')
}

test('the page may show one frame and ask nobody else, and only for those who have the link', async () => {
  const { origin } = await openBridge()
  expect((await fetch(origin)).status).toBe(401)
  expect((await fetch(`${origin}/messages`)).status).toBe(401)
  const page = await fetch(origin, { headers: { authorization } })
  expect(page.headers.get('content-security-policy')).toContain('frame-src https://stately.ai;')
  expect(page.headers.get('content-security-policy')).toContain("connect-src 'self'")
  expect((await fetch(`${origin}/x`, { headers: { authorization } })).status).toBe(404)
})

test('a page hears what was sent before it was opened, and after a cut only what it missed', async () => {
  const { bridge, origin } = await openBridge()
  for (const nth of [1, 2, 3]) bridge.send({ nth })
  expect(await messages(origin, 3)).toEqual([1, 2, 3].map((nth) => `id: ${nth}\ndata: {"nth":${nth}}`))
  expect(await messages(origin, 1, { 'last-event-id': '2' })).toEqual(['id: 3\ndata: {"nth":3}'])
})

test('of very many messages the first and the newest are kept', async () => {
  const { bridge, origin } = await openBridge()
  for (let nth = 1; nth <= 1_500; nth += 1) bridge.send({ nth })
  const told = await messages(origin, 1_000)
  expect(told).toHaveLength(1_000)
  expect([told[0], told[1], told.at(-1)]).toEqual(
    [1, 502, 1_500].map((nth) => `id: ${nth}\ndata: {"nth":${nth}}`),
  )
})
