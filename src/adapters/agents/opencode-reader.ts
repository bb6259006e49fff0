import { stripVTControlCharacters } from 'node:util'
import type { Tokens, Usage } from '../../events/shapes.ts'
import type { Activity, AgentReader, AgentResult } from '../../ports/agent.ts'
import { failureIn } from './failure-in.ts'
import { firstLine } from './first-line.ts'
import { judge } from './judge.ts'
import { asCount, asRecord, asText, detailOf, type JsonRecord, recordIn } from './record.ts'
import { resetTimeOf } from './reset-time.ts'

const none: Tokens = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, reasoning: 0 }

/** Reads `opencode run --format json`. It has no final record: the last step's reason stands for it. */
export function createOpencodeReader(): AgentReader {
  let session: string | null = null
  let model: string | null = null
  let tokens: Tokens | null = null
  let costUsd = 0
  let lastStep: string | null = null
  let error: JsonRecord | null = null
  let hasRecords = false
  let lastText = ''
  let lastError = ''

  const finishStep = (part: JsonRecord): void => {
    tokens = plus(tokens ?? none, asRecord(part.tokens))
    if (typeof part.cost === 'number') costUsd += part.cost
    lastStep = asText(part.reason)
    error = null
  }

  const take = (record: JsonRecord): readonly Activity[] => {
    hasRecords = true
    session = asText(record.sessionID) || session
    const part = asRecord(record.part)
    model = asText(part.modelID) || model
    switch (record.type) {
      case 'text':
        lastText = asText(part.text) || lastText
        return [{ kind: 'text', text: asText(part.text) }]
      case 'reasoning':
        return [{ kind: 'thinking', text: asText(part.text) }]
      case 'tool_use':
        return [toolOf(part)]
      case 'step_start':
        lastStep = null
        return []
      case 'step_finish':
        finishStep(part)
        return []
      case 'error':
        error = asRecord(record.error)
        return [{ kind: 'notice', text: firstLine(messageOf(error)) }]
      default:
        return []
    }
  }

  const outcome = (now: Date): AgentResult | null => {
    if (error) return failureOf(error, now)
    return lastStep === 'stop' ? { ok: true, summary: firstLine(lastText) || 'done' } : null
  }

  return {
    read: (source, line) => {
      const record = source === 'stdout' ? recordIn(line) : null
      if (record) return take(record)
      const text = stripVTControlCharacters(line).trim()
      if (text === '') return []
      if (source === 'stderr') lastError = text
      else lastText = text
      return [{ kind: 'notice', text }]
    },
    usage: () => usageOf(tokens, costUsd, model),
    session: () => session,
    model: () => model,
    end: (exit, now) => judge(exit, { final: outcome(now), hasRecords, lastText, lastError }, now),
  }
}

function toolOf(part: JsonRecord): Activity {
  const state = asRecord(part.state)
  const name = asText(part.tool)
  return state.status === 'error'
    ? { kind: 'tool-failed', name, detail: firstLine(asText(state.error)) }
    : { kind: 'tool', name, detail: detailOf(state.input) }
}

/** Its output leaves reasoning out; ours includes it. */
function plus(sum: Tokens, told: JsonRecord): Tokens {
  const cache = asRecord(told.cache)
  const reasoning = asCount(told.reasoning)
  return {
    input: sum.input + asCount(told.input),
    output: sum.output + asCount(told.output) + reasoning,
    cacheRead: sum.cacheRead + asCount(cache.read),
    cacheWrite: sum.cacheWrite + asCount(cache.write),
    reasoning: sum.reasoning + reasoning,
  }
}

/** A cost of 0 for tokens that were used means that it has no price for the model. */
function usageOf(tokens: Tokens | null, costUsd: number, model: string | null): Usage | null {
  if (!tokens) return null
  const models = { [model ?? 'opencode']: tokens }
  const isPriced = costUsd > 0
  return {
    models,
    costUsd: isPriced ? Math.round(costUsd * 1e9) / 1e9 : null,
    costSource: isPriced ? 'cli' : 'unknown',
  }
}

function messageOf(error: JsonRecord): string {
  return asText(asRecord(error.data).message) || asText(error.name)
}

function failureOf(error: JsonRecord, now: Date): AgentResult {
  const data = asRecord(error.data)
  const headers = asRecord(data.responseHeaders)
  const status = typeof data.statusCode === 'number' ? ` (${data.statusCode})` : ''
  const failure = failureIn(messageOf(error) + status, now)
  if (failure.ok || failure.kind !== 'limit' || failure.resetsAt) return failure
  const seconds = Number(asText(headers['x-codex-primary-reset-at']) || Number.NaN)
  const wait = Number(asText(headers['retry-after']) || Number.NaN)
  const resetsAt = resetTimeOf(Number.isNaN(seconds) ? now.getTime() / 1000 + wait : seconds, now)
  return resetsAt && !Number.isNaN(resetsAt.getTime()) ? { ...failure, resetsAt } : failure
}
