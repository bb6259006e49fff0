import { defaultRetry, type RetryPolicy } from '../machines/retry.ts'
import type { CliExecutorConfig, LoopworkConfig } from './loopwork-config.ts'

/** How failures are met. What the predecessor named twice is taken from the top of the configuration first. */
export function resolveRetry(config: LoopworkConfig, { retry = {} }: CliExecutorConfig): RetryPolicy {
  return {
    maxTries: (config.maxRetries ?? defaultRetry.maxTries - 1) + 1,
    baseDelayMs: config.retryDelay ?? retry.baseDelayMs ?? defaultRetry.baseDelayMs,
    maxDelayMs: retry.maxDelayMs ?? defaultRetry.maxDelayMs,
    exponential: retry.exponentialBackoff ?? defaultRetry.exponential,
    maxTroubles: defaultRetry.maxTroubles,
    unknownLimitMs: retry.rateLimitWaitMs ?? defaultRetry.unknownLimitMs,
  }
}

/** How many tries of a task one model has before the next has its turn. */
export function triesPerModel({ retry = {} }: CliExecutorConfig): number {
  return retry.retrySameModel ? 1 + (retry.maxRetriesPerModel ?? 1) : 1
}
