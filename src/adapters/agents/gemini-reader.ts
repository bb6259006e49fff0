import { stripVTControlCharacters } from 'node:util'
import type { Tokens, Usage } from '../../events/shapes.ts'
import type { Activity, AgentReader, AgentResult } from '../../ports/agent.ts'
import { firstLine, shortLine } from './first-line.ts'
import { byExitOfGemini, geminiFailure } from './gemini-failure.ts'
import { judge } from './judge.ts'
import { asCount, asRecord, asText, detailOf, type JsonRecord, recordIn } from './record.ts'

/** Reads `gemini -o stream-json`. */
export function createGeminiReader(): AgentReader {
  const toolNames = new Map<string, string>()
  let session: string | null = null
  let model: string | null = null
  let result: JsonRecord | null = null
  let hasRecords = false
  let isLooping = false
  let said = ''
  let answer = ''
  let complaint = '' // never the model's own words: it may well speak of limits
  let firstError = ''
  let lastError = ''

  /** Its messages come in pieces; they are shown as whole lines. */
  const flush = (): readonly Activity[] => {
    const text = said.trimEnd()
    said = ''
    if (text === '') return []
    answer = text
    complaint = ''
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
        toolNames.set(asText(record.tool_id), asText(record.tool_name))
        return [
          ...before,
          { kind: 'tool', name: asText(record.tool_name), detail: detailOf(record.parameters) },
        ]
      case 'tool_result': {
        if (record.status === 'success') return before
        const id = asText(record.tool_id)
        return [...before, toolFailure(record, toolNames.get(id) ?? id)]
      }
      case 'error':
        complaint = asText(record.message) || complaint
        isLooping ||= /loop detected/i.test(complaint)
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
    if (record.status === 'success') return { ok: true, summary: firstLine(answer) || 'done' }
    return geminiFailure(asText(asRecord(record.error).message), now)
  }

  return {
    read: (source, line) => {
      const record = source === 'stdout' ? recordIn(line) : null
      if (record) return take(record)
      const text = stripVTControlCharacters(line).trim()
      if (text === '' || isNoise(text)) return []
      if (source === 'stdout') {
        complaint = text
        return [{ kind: 'notice', text }]
      }
      if (isOfStackTrace(line)) return []
      firstError ||= text
      lastError = text
      return /error/i.test(text) ? [{ kind: 'notice', text }] : []
    },
    usage: () => usageOf(asRecord(result?.stats), model),
    session: () => session,
    model: () => model,
    end: (exit, now) => {
      flush()
      const final = result && outcome(result, now)
      // what keeps it from starting it says first, and then what to do about it
      const errors = hasRecords ? lastError : firstError
      const judged = judge(exit, { final, hasRecords, lastText: complaint, lastError: errors }, now)
      return byExitOfGemini(judged, exit)
    },
  }
}

/** The frames, and the object that was thrown: all but its first line is indented. */
function isOfStackTrace(line: string): boolean {
  return /^(\s|[{}[\]])/.test(line)
}

/** What it says about itself with every start. */
function isNoise(text: string): boolean {
  return /^(YOLO mode|Warning: |Ripgrep is not|\[STARTUP\]|Loaded cached|Data collection)/.test(text)
}

function toolFailure(record: JsonRecord, name: string): Activity {
  const detail = shortLine(asText(asRecord(record.error).message) || asText(record.output))
  return { kind: 'tool-failed', name, detail }
}

function usageOf(stats: JsonRecord, model: string | null): Usage | null {
  if (Object.keys(stats).length === 0) return null
  const perModel = Object.entries(asRecord(stats.models)).map(
    ([name, told]) => [name, tokensOf(asRecord(told))] as const,
  )
  const models = perModel.length > 0 ? Object.fromEntries(perModel) : { [model ?? 'gemini']: tokensOf(stats) }
  return { models, costUsd: null, costSource: 'unknown' }
}

/** What it calls input tokens includes the cache; older versions tell no more. Thoughts are only in the total. */
function tokensOf(told: JsonRecord): Tokens {
  const all = asCount(told.input_tokens)
  const answer = asCount(told.output_tokens)
  const cached = asCount(told.cached)
  const thoughts = Math.max(0, asCount(told.total_tokens) - all - answer)
  return {
    input: told.input === undefined ? Math.max(0, all - cached) : asCount(told.input),
    output: answer + thoughts,
    cacheRead: cached,
    cacheWrite: 0,
    reasoning: thoughts,
  }
}
