import { expect, test } from 'vitest'
import { createPrices } from '../../../src/adapters/prices/prices.ts'
import type { Tokens, Usage } from '../../../src/events/shapes.ts'

const million: Tokens = {
  input: 1_000_000,
  output: 1_000_000,
  cacheRead: 1_000_000,
  cacheWrite: 1_000_000,
  reasoning: 500_000,
}
const used = (models: Usage['models']): Usage => ({ models, costUsd: null, costSource: 'unknown' })

const none = { table: {}, defaultModel: null }

test('what the agent told stands, even where it is nothing', async () => {
  const price = createPrices({ table: { mine: { inputPer1M: 1, outputPer1M: 1 } }, defaultModel: null })
  for (const costUsd of [0, 1.25]) {
    const told: Usage = { models: { mine: million }, costUsd, costSource: 'cli' }
    expect(await price(told)).toEqual(told)
  }
  expect(await price(null)).toBeNull()
})

test('the table of the user counts before the list, reasoning as output that is in it already', async () => {
  const table = {
    'claude-sonnet-4-5': { inputPer1M: 1, outputPer1M: 10, cacheReadPer1M: 0.5, cacheWritePer1M: 2 },
  }
  expect(
    await createPrices({ table, defaultModel: null })(used({ 'claude-sonnet-4-5': million })),
  ).toMatchObject({
    costUsd: 13.5,
    costSource: 'table',
  })
})

test('a table without prices of the cache takes those of the input', async () => {
  const table = { mine: { inputPer1M: 1, outputPer1M: 10 } }
  expect(await createPrices({ table, defaultModel: null })(used({ mine: million }))).toMatchObject({
    costUsd: 13,
    costSource: 'table',
  })
})

/** 1,000 tokens uncached at $3, 900 from the cache at $0.30, 300 into it at $3.75, 100 out at $15 a million. */
const some: Tokens = { input: 1000, output: 100, cacheRead: 900, cacheWrite: 300, reasoning: 40 }
const sonnet = 0.003 + 0.00027 + 0.001125 + 0.0015

test.each([
  ['claude-sonnet-4-5', 'list'],
  ['anthropic/claude-sonnet-4-5', 'list'],
  ['claude-sonnet-4-5-20250929', 'estimate'],
])('%s is priced from the list, as one that is %s', async (model, costSource) => {
  const priced = await createPrices(none)(used({ [model]: some }))
  expect(priced?.costUsd).toBeCloseTo(sonnet, 9)
  expect(priced?.costSource).toBe(costSource)
  expect(priced?.models).toEqual({ [model]: some })
})

test.each([
  ['gemini-2.5-pro', 1.25, 10],
  ['claude-sonnet-4-5', 3, 15],
])('many short requests to %s are not priced as one long one', async (model, input, output) => {
  const short = { input: 100_000, output: 10_000, cacheRead: 0, cacheWrite: 0, reasoning: 0 }
  const many = { ...short, input: 1_000_000, output: 100_000 }
  const once = await createPrices(none)(used({ [model]: short }))
  expect(once?.costUsd).toBeCloseTo(0.1 * input + 0.01 * output, 9)
  expect(once?.costSource).toBe('list')
  const priced = await createPrices(none)(used({ [model]: many }))
  expect(priced?.costUsd).toBeCloseTo(input + 0.1 * output, 9)
  expect(priced?.costSource).toBe('estimate')
})

test('a model whose price is the same for every length has it from the list, however much was used', async () => {
  const much = { input: 5_000_000, output: 100_000, cacheRead: 0, cacheWrite: 0, reasoning: 0 }
  const priced = await createPrices(none)(used({ 'claude-opus-4-5': much }))
  expect(priced?.costUsd).toBeCloseTo(27.5, 9)
  expect(priced?.costSource).toBe('list')
})

test('what used nothing costs nothing', async () => {
  const nothing = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, reasoning: 0 }
  expect(await createPrices(none)(used({ 'gemini-2.5-pro': nothing }))).toMatchObject({
    costUsd: 0,
    costSource: 'list',
  })
})

test('several models are as certain as the least certain of them', async () => {
  const table = { mine: { inputPer1M: 1, outputPer1M: 10 } }
  const priced = await createPrices({ table, defaultModel: null })(
    used({ mine: some, 'claude-sonnet-4-5': some }),
  )
  expect(priced?.costUsd).toBeCloseTo(sonnet + 0.0032, 9)
  expect(priced?.costSource).toBe('list')
})

test.each(['codex', 'opencode', 'gemini', 'unknown', 'no-such-model', 'constructor'])(
  'one model without a price, %s, leaves the whole unknown, not at 0',
  async (model) => {
    const usage = used({ 'claude-sonnet-4-5': some, [model]: some })
    const table = { other: { inputPer1M: 1, outputPer1M: 1 } }
    expect(await createPrices({ table, defaultModel: null })(usage)).toEqual(usage)
    expect(await createPrices({ table, defaultModel: 'unheard-of' })(usage)).toEqual(usage)
  },
)

test.each(['other', 'claude-sonnet-4-5', 'claude-3.5-sonnet'])(
  'a model without a price costs what the default model does, %s, as an estimate',
  async (defaultModel) => {
    const table = { other: { inputPer1M: 3, outputPer1M: 15, cacheReadPer1M: 0.3, cacheWritePer1M: 3.75 } }
    const price = createPrices({ table, defaultModel })
    const priced = await price(used({ unknown: some, 'no-such-model': some }))
    expect(priced?.costUsd).toBeCloseTo(2 * sonnet, 9)
    expect(priced?.costSource).toBe('estimate')
    const known = await price(used({ 'claude-opus-4-5': some }))
    expect(known?.costUsd).not.toBeCloseTo(sonnet, 4)
    expect(known?.costSource).toBe('list')
  },
)

test('without a model there is nothing to price', async () => {
  expect(await createPrices(none)(used({}))).toEqual(used({}))
})
