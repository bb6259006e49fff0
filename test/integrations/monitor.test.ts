import { describe, expect, test } from 'vitest'
import { isTrouble, knownTrouble } from '../../src/integrations/monitor/known-trouble.ts'
import { lookAt, type MonitorState, reasonNotToAsk, unused } from '../../src/integrations/monitor/monitor.ts'

describe('known trouble', () => {
  test.each([
    ['rate-limit', 'HTTP 429 Too Many Requests'],
    ['rate-limit', 'usage limit: 5-hour limit reached, resets at 3pm'],
    ['circuit-breaker', 'circuit-breaker: 5 tasks failed one after the other'],
    ['env-var-required', 'OPENAI_API_KEY environment variable is required'],
    ['env-var-required', 'Not logged in'],
    ['permission-denied', "EACCES: permission denied, open '/x'"],
    ['file-not-found', "ENOENT: no such file or directory, open 'x'"],
    ['network-error', 'connect ECONNREFUSED 127.0.0.1:80'],
    ['plugin-error', 'plugin asana: its setup failed'],
    ['timeout', 'timeout: it took longer than 600 s'],
    ['prd-not-found', 'PRD file for T-1 not found'],
  ])('%s: %s', (trouble, text) => expect(knownTrouble(text)?.trouble).toBe(trouble))

  test.each(['all 12 tests passed', 'it exited with 1: the flux is inverted'])('has no name: %s', (text) =>
    expect(knownTrouble(text)).toBeNull(),
  )

  test('lines of somebody’s log that tell of trouble', () => {
    expect(['Error: x', 'build FAILED', '✗ two', 'ENOSPC'].map(isTrouble)).toEqual([true, true, true, true])
    expect(['compiled in 3 s', 'listening on 80'].map(isTrouble)).toEqual([false, false])
  })
})

const now = new Date('2026-01-01T00:10:00.000Z')
const trouble = { id: 'f1', at: now.toISOString(), task: 'T-1', text: 'the flux is inverted', isFinal: true }
const look = (state: MonitorState, ask: (() => Promise<{ text: string; usage: null }>) | null, more = {}) =>
  lookAt({ ...trouble, ...more }, state, { now, ask, context: async () => 'more words' })

test('what has no name is asked about once it is final, within bounds', async () => {
  const prompts: string[] = []
  const ask = async (prompt = '') => {
    prompts.push(prompt)
    return { text: 'Turn it.', usage: null }
  }
  const first = await look(unused('s'), ask)
  expect(first).toMatchObject({
    finding: { trouble: 'unknown', advice: 'Turn it.', by: 'llm' },
    state: { asked: 1 },
  })
  expect(prompts[0]).toMatch(/the flux is inverted[\s\S]*more words/)
  expect(await look(first.state, ask)).toMatchObject({
    finding: null,
    left: expect.stringContaining('five minutes'),
  })
  expect(await look(unused('s'), ask, { isFinal: false })).toMatchObject({ finding: null, left: null })
  expect(await look(unused('s'), null)).toMatchObject({ finding: null, left: 'nobody is asked here' })
  expect(prompts).toHaveLength(1)
  const spent = { ...unused('s'), asked: 10 }
  expect(reasonNotToAsk(spent, now)).toContain('10 times')
})

test('what has a name costs nothing, and is said once of an attempt', async () => {
  const ask = () => Promise.reject(new Error('not asked'))
  const known = { text: 'permission denied' }
  expect(await look(unused('s'), ask, known)).toMatchObject({
    finding: { by: 'pattern' },
    state: { asked: 0 },
  })
  expect(await look(unused('s'), ask, { ...known, isRepeat: true })).toMatchObject({
    finding: null,
    left: null,
  })
})

test('after three failures within a minute nobody is asked until it has passed', async () => {
  const broken = () => Promise.reject(new Error('no agent'))
  let state = unused('s')
  for (let nth = 0; nth < 3; nth += 1) {
    const looked = await look({ ...state, lastAskedAt: null }, broken)
    expect(looked.left).toBe('an agent could not be asked: no agent')
    state = looked.state
  }
  const cooled = { ...state, lastAskedAt: null }
  expect(reasonNotToAsk(cooled, now)).toContain('too often')
  expect(reasonNotToAsk(cooled, new Date('2026-01-01T00:11:00.000Z'))).toBeNull()
})
