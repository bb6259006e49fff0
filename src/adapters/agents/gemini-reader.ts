import { stripVTControlCharacters } from 'node:util'
import type { FailureKind, Tokens, Usage } from '../../events/shapes.ts'
import type { Activity, AgentExit, AgentReader, AgentResult } from '../../ports/agent.ts'
import { failureIn } from './failure-in.ts'
import { firstLine } from './first-line.ts'
import { judge } from './judge.ts'
import { asCount, asRecord, asText, detailOf, type JsonRecord, recordIn } from './record.ts'

/** Exit codes that say why: its own, and HTTP statuses cut to a byte. */
const byExit: Readonly<Record<number, FailureKind>> = {
  41: 'authentication',
  53: 'turns',
  55: 'permission',
  144: 'authentication',
  147: 'authentication',
  244: 'overloaded',
  247: 'overloaded',
}

/** Reads `gemini -o stream-json`. */
export function createGeminiReader(): AgentReader {
  let session: string | null = null
  let model: string | null = null
  let result: JsonRecord | null = null
  let hasRecords = false
  let isLooping = false
  let said = ''
  let lastText = ''
  let lastError = ''

  /** Its messages come in pieces; they are shown as whole lines. */
  const flush = (): readonly Activity[] => {
    const text = said.trimEnd()
    said = ''
    if (text === '') return []
    lastText = text
    return [{ kind: 'text', text }]
  }

  const take = (record: JsonRecord): readonly Activity[] => {
    hasRecords = true
    if (record.type === 'message') {
      if (record.role === 'assistant') said += asText(record.content)
      return []
    }
    const before = flush()
    switch (record.type) {
      case 'init':
        session = asText(record.session_id) || session
        model = asText(record.model) || model
        return before
      case 'tool_use':
        return [
          ...before,
          { kind: 'tool', name: asText(record.tool_name), detail: detailOf(record.parameters) },
        ]
      case 'tool_result':
        return record.status === 'success' ? before : [...before, toolFailure(record)]
      case 'error':
        isLooping ||= /loop detected/i.test(asText(record.message))
        return [...before, { kind: 'notice', text: firstLine(asText(record.message)) }]
      case 'result':
        result = record
        return before
      default:
        return before
    }
  }

  const outcome = (record: JsonRecord, now: Date): AgentResult => {
    if (isLooping) return { ok: false, kind: 'turns', reason: 'it was caught in a loop' }
    if (record.status === 'success') return { ok: true, summary: firstLine(lastText) || 'done' }
    return failureIn(asText(asRecord(record.error).message), now)
  }

  return {
    read: (source, line) => {
      const record = source === 'stdout' ? recordIn(line) : null
      if (record) return take(record)
      const text = stripVTControlCharacters(line).trim()
      if (text === '' || isNoise(text)) return []
      if (source === 'stdout') lastText = text
      else if (!isOfStackTrace(text)) lastError = text
      return source === 'stdout' || /error/i.test(text) ? [{ kind: 'notice', text }] : []
    },
    usage: () => (result ? usageOf(asRecord(result.stats), model) : null),
    session: () => session,
    model: () => model,
    end: (exit, now) => {
      const rest = flush()
      if (rest[0]?.kind === 'text') lastText = rest[0].text
      const judged = judge(
        exit,
        { final: result && outcome(result, now), hasRecords, lastText, lastError },
        now,
      )
      return byItsExit(judged, exit)
    },
  }
}

function byItsExit(judged: AgentResult, { endedBy, code }: AgentExit): AgentResult {
  const kind = byExit[code ?? -1]
  if (judged.ok || endedBy !== 'itself' || !kind || judged.kind !== 'crash') return judged
  return { ...judged, kind }
}

function isOfStackTrace(text: string): boolean {
  return /^(at |[{}[\]]|\w+: )/.test(text)
}

/** What it says about itself with every start. */
function isNoise(text: string): boolean {
  return /^(YOLO mode|Warning: |Ripgrep is not|\[STARTUP\]|Loaded cached|Data collection)/.test(text)
}

function toolFailure(record: JsonRecord): Activity {
  const detail = firstLine(asText(asRecord(record.error).message) || asText(record.output))
  return { kind: 'tool-failed', name: asText(record.tool_id).split('__')[0] ?? 'tool', detail }
}

function usageOf(stats: JsonRecord, model: string | null): Usage | null {
  const perModel = Object.entries(asRecord(stats.models)).map(
    ([name, told]) => [name, tokensOf(asRecord(told))] as const,
  )
  const models = perModel.length > 0 ? Object.fromEntries(perModel) : { [model ?? 'gemini']: tokensOf(stats) }
  return { models, costUsd: null, costSource: 'unknown' }
}

/** Its input includes the cache; thoughts are only in the total. */
function tokensOf(told: JsonRecord): Tokens {
  const thoughts = Math.max(
    0,
    asCount(told.total_tokens) - asCount(told.input_tokens) - asCount(told.output_tokens),
  )
  return {
    input: asCount(told.input),
    output: asCount(told.output_tokens) + thoughts,
    cacheRead: asCount(told.cached),
    cacheWrite: 0,
    reasoning: thoughts,
  }
}
