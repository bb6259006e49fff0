import { stripVTControlCharacters } from 'node:util'
import type { Tokens, Usage } from '../../events/shapes.ts'
import type { Activity, AgentReader, AgentResult } from '../../ports/agent.ts'
import { firstLine, shortLine } from './first-line.ts'
import { judge } from './judge.ts'
import { messageOf, opencodeFailure } from './opencode-failure.ts'
import { asCount, asDollars, asRecord, asText, detailOf, type JsonRecord, recordIn } from './record.ts'

const none: Tokens = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, reasoning: 0 }

/** Reads `opencode run --format json`. It has no final record: the last step's reason stands for it. */
export function createOpencodeReader(asked: string | null = null): AgentReader {
  let session: string | null = null
  let model = asked
  let tokens: Tokens | null = null
  let costUsd = 0
  let lastStep: string | null = null
  let error: JsonRecord | null = null
  let hasRecords = false
  let answer = ''
  let complaint = '' // never the model's own words: it may well speak of limits
  let lastError = ''
  let toolCalls = 0
  let refusedCalls = 0
  let isRefused = false // in the step that came last: it ends with that, though its exit status is 0
  let refusal = ''

  const takeTool = (part: JsonRecord): Activity => {
    const state = asRecord(part.state)
    toolCalls += 1
    if (/rejected permission/i.test(asText(state.error))) {
      refusedCalls += 1
      isRefused = true
      refusal ||= asText(part.tool)
    }
    return toolOf(part)
  }

  const finishStep = (part: JsonRecord): void => {
    if (part.tokens !== undefined) tokens = plus(tokens ?? none, asRecord(part.tokens))
    costUsd += asDollars(part.cost) ?? 0
    lastStep = asText(part.reason)
    error = null
  }

  const take = (record: JsonRecord): readonly Activity[] => {
    hasRecords = true
    session = asText(record.sessionID) || session
    const part = asRecord(record.part)
    model = asText(part.modelID) || asText(record.modelID) || model
    switch (record.type) {
      case 'text':
        answer = asText(part.text) || answer
        return [{ kind: 'text', text: asText(part.text) }]
      case 'reasoning':
        return [{ kind: 'thinking', text: asText(part.text) }]
      case 'tool_use':
        return [takeTool(part)]
      case 'step_start':
        lastStep = null
        isRefused = false
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
    if (error) return opencodeFailure(error, now)
    const isRefusedAll = refusedCalls > 0 && refusedCalls === toolCalls
    if (isRefused || isRefusedAll) {
      return { ok: false, kind: 'permission', reason: firstLine(`it was refused a permission: ${refusal}`) }
    }
    return lastStep === 'stop' ? { ok: true, summary: firstLine(answer) || 'done' } : null
  }

  return {
    read: (source, line) => {
      const record = source === 'stdout' ? recordIn(line) : null
      if (record) return take(record)
      const text = stripVTControlCharacters(line).trim()
      if (text === '') return []
      if (/auto-rejecting$/.test(text)) refusal = text // names what it was for
      if (source === 'stderr') lastError = text
      else complaint = text
      return [{ kind: 'notice', text }]
    },
    usage: () => usageOf(tokens, costUsd, model),
    session: () => session,
    model: () => model,
    end: (exit, now) => judge(exit, { final: outcome(now), hasRecords, lastText: complaint, lastError }, now),
  }
}

function toolOf(part: JsonRecord): Activity {
  const state = asRecord(part.state)
  const name = asText(part.tool)
  if (state.status === 'error') return { kind: 'tool-failed', name, detail: shortLine(asText(state.error)) }
  const isFailed = asCount(asRecord(state.metadata).exit) > 0
  return { kind: isFailed ? 'tool-failed' : 'tool', name, detail: detailOf(state.input) }
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
