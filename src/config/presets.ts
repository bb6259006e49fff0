import type { ModelConfig, RetryConfig } from './loopwork-config.ts'

/** A model of the pool, with what is not said filled in. */
export function createModel(model: ModelConfig): ModelConfig {
  return { costWeight: 50, enabled: true, ...model }
}

type Preset = (overrides?: Partial<ModelConfig>) => ModelConfig

/** Models that many use, each with a time limit in seconds and a weight for `cost-aware`. */
export const ModelPresets: {
  readonly claudeSonnet: Preset
  readonly claudeOpus: Preset
  readonly claudeHaiku: Preset
  readonly geminiFlash: Preset
  readonly geminiPro: Preset
} = {
  claudeSonnet: preset('claude-sonnet', 'claude', 'sonnet', 300, 30),
  claudeOpus: preset('claude-opus', 'claude', 'opus', 900, 100),
  claudeHaiku: preset('claude-haiku', 'claude', 'haiku', 120, 10),
  geminiFlash: preset('gemini-flash', 'opencode', 'google/antigravity-gemini-3-flash', 180, 15),
  geminiPro: preset('gemini-pro', 'opencode', 'google/antigravity-gemini-3-pro', 600, 60),
}

function preset(name: string, cli: string, model: string, timeout: number, costWeight: number): Preset {
  return (overrides = {}) => createModel({ name, cli, model, timeout, costWeight, ...overrides })
}

type Patience = (overrides?: RetryConfig) => RetryConfig

/** Ways to meet failures: as usual, soon and often, or seldom and with long waits. */
export const RetryPresets: {
  readonly default: Patience
  readonly aggressive: Patience
  readonly gentle: Patience
} = {
  default: patience({
    rateLimitWaitMs: 60_000,
    exponentialBackoff: true,
    baseDelayMs: 3_000,
    maxDelayMs: 600_000,
  }),
  aggressive: patience({
    rateLimitWaitMs: 30_000,
    exponentialBackoff: false,
    baseDelayMs: 1_000,
    maxDelayMs: 60_000,
  }),
  gentle: patience({
    rateLimitWaitMs: 300_000,
    exponentialBackoff: true,
    baseDelayMs: 10_000,
    maxDelayMs: 3_600_000,
  }),
}

function patience(usual: RetryConfig): Patience {
  return (overrides = {}) => ({ ...usual, ...overrides })
}
