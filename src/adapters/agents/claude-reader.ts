import type { Tokens, Usage } from '../../events/shapes.ts'
import type { Activity, AgentReader, AgentResult } from '../../ports/agent.ts'
import { claudeFailure } from './claude-failure.ts'
import { firstLine, shortLine } from './first-line.ts'
import { judge } from './judge.ts'
import {
  asCount,
  asDollars,
  asList,
  asRecord,
  asText,
  detailOf,
  type JsonRecord,
  recordIn,
} from './record.ts'

/** Reads `claude -p --output-format stream-json --verbose`; its `json` form, one result, works as well. */
export function createClaudeReader(): AgentReader {
  const messages = new Map<string, { model: string; tokens: Tokens }>()
  let session: string | null = null
  let model: string | null = null
  let result: JsonRecord | null = null
  let limit: JsonRecord | null = null
  let hasRecords = false
  let toolCalls = 0
  let complaint = '' // never the model's own words: it may well speak of limits
  let error = '' // the name of what was complained about, which the result does not always repeat
  let lastError = ''

  const takeMessage = (record: JsonRecord): readonly Activity[] => {
    const message = asRecord(record.message)
    const name = asText(message.model)
    const isModel = name !== '<synthetic>'
    error = asText(record.error)
    if (name && isModel) note(messages, asText(message.id), name, asRecord(message.usage))
    return asList(message.content).flatMap((block): Activity[] => {
      switch (block.type) {
        case 'text':
          complaint = isModel ? '' : asText(block.text)
          return [{ kind: 'text', text: asText(block.text) }]
        case 'thinking':
          return [{ kind: 'thinking', text: asText(block.thinking) }]
        case 'tool_use':
          toolCalls += 1
          return [{ kind: 'tool', name: asText(block.name), detail: detailOf(block.input) }]
        default:
          return []
      }
    })
  }

  const take = (record: JsonRecord): readonly Activity[] => {
    hasRecords = true
    session = asText(record.session_id) || session
    switch (record.type) {
      case 'system':
        if (record.subtype === 'init') model = asText(record.model) || model
        return noticesOf(record)
      case 'assistant':
        return takeMessage(record)
      case 'user':
        return failedTools(record)
      case 'rate_limit_event': {
        const info = asRecord(record.rate_limit_info)
        limit = info.status === 'rejected' && info.isUsingOverage !== true ? info : null
        return []
      }
      case 'result':
        result = record
        return denialsOf(record)
      default:
        return []
    }
  }

  return {
    read: (source, line) => {
      const record = source === 'stdout' ? recordIn(line) : null
      if (record) return take(record)
      if (line.trim() === '') return []
      if (source === 'stderr') lastError = line
      else complaint = line
      return [{ kind: 'notice', text: line }]
    },
    usage: () => (result ? usageOfResult(result, model) : usageSoFar(messages)),
    session: () => session,
    model: () => model,
    end: (exit, now) => {
      const final: AgentResult | null = result && outcomeOf(result, limit, now)
      return judge(exit, { final, hasRecords, lastText: complaint, lastError }, now)
    },
  }

  function outcomeOf(record: JsonRecord, rejected: JsonRecord | null, now: Date): AgentResult {
    if (record.is_error !== false) return claudeFailure({ error, ...record }, rejected, complaint, now)
    const denials = asList(record.permission_denials)
    if (denials.length > 0 && denials.length >= toolCalls) {
      const tools = [...new Set(denials.map(({ tool_name }) => asText(tool_name)))].join(', ')
      return { ok: false, kind: 'permission', reason: `it was refused every tool it wanted to use: ${tools}` }
    }
    return { ok: true, summary: firstLine(asText(record.result)) || 'done' }
  }
}

/** The usage of a message repeats with each of its blocks: the largest counts, not the sum. */
function note(
  messages: Map<string, { model: string; tokens: Tokens }>,
  id: string,
  model: string,
  usage: JsonRecord,
): void {
  const before = messages.get(id)?.tokens
  messages.set(id, {
    model,
    tokens: {
      input: Math.max(before?.input ?? 0, asCount(usage.input_tokens)),
      output: Math.max(before?.output ?? 0, asCount(usage.output_tokens)),
      cacheRead: Math.max(before?.cacheRead ?? 0, asCount(usage.cache_read_input_tokens)),
      cacheWrite: Math.max(before?.cacheWrite ?? 0, asCount(usage.cache_creation_input_tokens)),
      reasoning: 0,
    },
  })
}

function usageSoFar(messages: ReadonlyMap<string, { model: string; tokens: Tokens }>): Usage | null {
  if (messages.size === 0) return null
  const models: Record<string, Tokens> = {}
  for (const { model, tokens } of messages.values()) {
    const sum = models[model] ?? { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, reasoning: 0 }
    models[model] = {
      input: sum.input + tokens.input,
      output: sum.output + tokens.output,
      cacheRead: sum.cacheRead + tokens.cacheRead,
      cacheWrite: sum.cacheWrite + tokens.cacheWrite,
      reasoning: sum.reasoning + tokens.reasoning,
    }
  }
  return { models, costUsd: null, costSource: 'unknown' }
}

/** The totals of the whole session; a session of ours has one attempt. */
function usageOfResult(result: JsonRecord, model: string | null): Usage {
  const perModel = Object.entries(asRecord(result.modelUsage)).map(([name, value]) => {
    const used = asRecord(value)
    return [
      name,
      {
        input: asCount(used.inputTokens),
        output: asCount(used.outputTokens),
        cacheRead: asCount(used.cacheReadInputTokens),
        cacheWrite: asCount(used.cacheCreationInputTokens),
        reasoning: asCount(used.thinkingTokens),
      },
    ] as const
  })
  const usage = asRecord(result.usage)
  const whole = {
    input: asCount(usage.input_tokens),
    output: asCount(usage.output_tokens),
    cacheRead: asCount(usage.cache_read_input_tokens),
    cacheWrite: asCount(usage.cache_creation_input_tokens),
    reasoning: asCount(asRecord(usage.output_tokens_details).thinking_tokens),
  }
  const isUsed = Object.values(whole).some((count) => count > 0)
  const models =
    perModel.length > 0 ? Object.fromEntries(perModel) : isUsed ? { [model ?? 'unknown']: whole } : {}
  const costUsd = asDollars(result.total_cost_usd)
  return { models, costUsd, costSource: costUsd === null ? 'unknown' : 'cli' }
}

function noticesOf(record: JsonRecord): readonly Activity[] {
  switch (record.subtype) {
    case 'api_retry':
      return [
        { kind: 'notice', text: `the API is asked again: ${asText(record.error)} (try ${record.attempt})` },
      ]
    case 'permission_denied':
      return [
        { kind: 'tool-failed', name: asText(record.tool_name), detail: shortLine(asText(record.message)) },
      ]
    case 'model_fallback':
      return [{ kind: 'notice', text: 'another model is used' }]
    default:
      return []
  }
}

/** What it was refused; a version that has no record of its own for that tells it at the end. */
function denialsOf(result: JsonRecord): readonly Activity[] {
  const names = asList(result.permission_denials).map(({ tool_name }) => asText(tool_name))
  return names.length > 0 ? [{ kind: 'notice', text: `it was refused ${names.join(', ')}` }] : []
}

function failedTools(record: JsonRecord): readonly Activity[] {
  return asList(asRecord(record.message).content)
    .filter((block) => block.type === 'tool_result' && block.is_error === true)
    .map((block) => ({ kind: 'tool-failed', name: 'tool', detail: shortLine(asText(block.content)) }))
}
