import type { CostSource, Tokens, Usage } from '../../events/shapes.ts'

/** What a million tokens of a model cost, in dollars, as the user says. */
export type ModelPrice = {
  readonly inputPer1M: number
  readonly outputPer1M: number
  readonly cacheReadPer1M?: number | undefined
  readonly cacheWritePer1M?: number | undefined
}

/** How tokens are priced where the agent tells no dollars. */
export type PriceTerms = {
  readonly table: Readonly<Record<string, ModelPrice>>
  /** Whose price stands for a model that has none of its own, or is unknown. */
  readonly defaultModel: string | null
}

type Priced = { readonly usd: number; readonly source: CostSource }

/**
 * Fills in the dollars that an agent did not tell: by the user's own table, else by the price list of
 * genai-prices; where that knows only the model's family, asks more for long requests, or the default model's
 * price had to be taken, the figure is marked as an estimate. If one of the models has no price, the whole stays
 * unknown.
 */
export function createPrices({
  table,
  defaultModel,
}: PriceTerms): (usage: Usage | null) => Promise<Usage | null> {
  const own = async (model: string, tokens: Tokens): Promise<Priced | null> =>
    byTable(Object.hasOwn(table, model) ? table[model] : undefined, tokens) ?? (await byList(model, tokens))

  const byDefault = async (tokens: Tokens): Promise<Priced | null> => {
    const priced = defaultModel ? await own(defaultModel, tokens) : null
    return priced && { ...priced, source: 'estimate' }
  }

  return async (usage) => {
    if (!usage || usage.costUsd !== null) return usage
    const models = Object.entries(usage.models)
    if (models.length === 0) return usage
    const priced: Priced[] = []
    for (const [model, tokens] of models) {
      const price = (await own(model, tokens)) ?? (await byDefault(tokens))
      if (!price) return usage
      priced.push(price)
    }
    return {
      ...usage,
      costUsd: priced.reduce((sum, { usd }) => sum + usd, 0),
      costSource: leastCertain(priced.map(({ source }) => source)),
    }
  }
}

const order: readonly CostSource[] = ['cli', 'table', 'list', 'estimate', 'unknown']

function leastCertain(sources: readonly CostSource[]): CostSource {
  return order[Math.max(...sources.map((source) => order.indexOf(source)))] ?? 'unknown'
}

function byTable(price: ModelPrice | undefined, tokens: Tokens): Priced | null {
  if (!price) return null
  const { inputPer1M, outputPer1M, cacheReadPer1M = inputPer1M, cacheWritePer1M = inputPer1M } = price
  const millionths =
    tokens.input * inputPer1M +
    tokens.output * outputPer1M +
    tokens.cacheRead * cacheReadPer1M +
    tokens.cacheWrite * cacheWritePer1M
  return { usd: millionths / 1e6, source: 'table' }
}

/** Tokens of a request that no list calls long. What an attempt used is a sum over many that are mostly short. */
const shortRequest = 10_000

/**
 * Has the price list in memory. A run does this early: an agent that reinstalls the packages of its project takes
 * this one away for a while, where loopwork is one of them.
 */
export const loadPriceList = () => import('@pydantic/genai-prices')

async function byList(model: string, tokens: Tokens): Promise<Priced | null> {
  const list = await loadPriceList().catch(() => null) // its cost is unknown then, which ends no run
  if (!list) return null
  const { calcPrice } = list
  const id = model.includes('/') ? model.slice(model.indexOf('/') + 1) : model
  const all = tokens.input + tokens.cacheRead + tokens.cacheWrite
  const priceOf = (share: number) =>
    calcPrice(
      {
        input_tokens: all * share,
        cache_read_tokens: tokens.cacheRead * share,
        cache_write_tokens: tokens.cacheWrite * share,
        output_tokens: tokens.output * share,
      },
      id,
    )
  const found = priceOf(1)
  if (!found) return null
  const isNamed = found.model.id.toLowerCase() === id.toLowerCase()
  const share = Math.min(1, shortRequest / all)
  const usd = (priceOf(share)?.total_price ?? found.total_price) / share
  const isFlat = Math.abs(usd - found.total_price) <= found.total_price * 1e-9
  if (isNamed && isFlat) return { usd: found.total_price, source: 'list' }
  return { usd: isFlat ? found.total_price : usd, source: 'estimate' }
}
