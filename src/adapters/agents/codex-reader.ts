import type { Usage } from '../../events/shapes.ts'
import type { Activity, AgentReader, AgentResult } from '../../ports/agent.ts'
import { failureIn } from './failure-in.ts'
import { firstLine, shortLine } from './first-line.ts'
import { judge } from './judge.ts'
import { asCount, asList, asRecord, asText, detailOf, type JsonRecord, recordIn } from './record.ts'

/** It names no model: where it was told none either, its tokens are filed under this name. */
const unnamedModel = 'codex'

/** The items that are work, and what they are called to a person. */
const tools: ReadonlyMap<string, string> = new Map([
  ['command_execution', 'shell'],
  ['file_change', 'edit'],
  ['mcp_tool_call', 'tool'],
  ['web_search', 'web search'],
])

/** Reads `codex exec --json`. */
export function createCodexReader(model: string | null = null): AgentReader {
  let session: string | null = null
  let usage: Usage | null = null
  let end: JsonRecord | null = null
  let hasRecords = false
  let answer = ''
  let complaint = '' // never the model's own words: it may well speak of limits
  let isAtWork = false
  let refusal = '' // of a patch; other lines may follow
  let lastError = ''

  const take = (record: JsonRecord): readonly Activity[] => {
    hasRecords = true
    switch (record.type) {
      case 'thread.started':
        session = asText(record.thread_id) || session
        return []
      case 'item.started':
        return toolsOf(asRecord(record.item))
      case 'item.completed': {
        const item = asRecord(record.item)
        if (item.type === 'agent_message') answer = asText(item.text) || answer
        if (item.type !== 'error') complaint = ''
        isAtWork ||= tools.has(asText(item.type)) && item.status !== 'failed'
        return endOf(item)
      }
      case 'turn.completed':
        usage = usageOf(asRecord(record.usage), model)
        end = record
        return []
      case 'turn.failed':
        end = record
        return []
      case 'error':
        complaint = asText(record.message) || complaint
        return [{ kind: 'notice', text: firstLine(asText(record.message)) }]
      default:
        return []
    }
  }

  return {
    read: (source, line) => {
      const record = source === 'stdout' ? recordIn(line) : null
      if (record) return take(record)
      if (line.trim() === '' || line.startsWith('Reading additional input')) return []
      if (source === 'stdout') complaint = line
      else {
        lastError = line
        if (/patch rejected|read-only sandbox/.test(line)) refusal = line
      }
      return [{ kind: 'notice', text: line }]
    },
    usage: () => usage,
    session: () => session,
    model: () => model,
    end: (exit, now) =>
      judge(exit, { final: end && outcomeOf(end, now), hasRecords, lastText: complaint, lastError }, now),
  }

  function outcomeOf(record: JsonRecord, now: Date): AgentResult {
    if (record.type === 'turn.failed') return failureIn(asText(asRecord(record.error).message), now)
    if (refusal && !isAtWork) return { ok: false, kind: 'permission', reason: firstLine(refusal) }
    return { ok: true, summary: firstLine(answer) || 'done' }
  }
}

function toolsOf(item: JsonRecord): readonly Activity[] {
  return tools.has(asText(item.type)) ? [{ kind: 'tool', name: nameOf(item), detail: whatOf(item) }] : []
}

function endOf(item: JsonRecord): readonly Activity[] {
  switch (item.type) {
    case 'agent_message':
      return [{ kind: 'text', text: asText(item.text) }]
    case 'reasoning':
      return [{ kind: 'thinking', text: asText(item.text) }]
    case 'error':
      return [{ kind: 'notice', text: firstLine(asText(item.message)) }]
    default:
      return item.status === 'failed'
        ? [
            {
              kind: 'tool-failed',
              name: nameOf(item),
              detail: shortLine(asText(asRecord(item.error).message)) || whatOf(item),
            },
          ]
        : []
  }
}

function nameOf(item: JsonRecord): string {
  return asText(item.tool) || (tools.get(asText(item.type)) ?? asText(item.type))
}

function whatOf(item: JsonRecord): string {
  if (item.type === 'file_change') return pathsOf(item)
  return detailOf(item.type === 'mcp_tool_call' ? item.arguments : item)
}

function pathsOf(item: JsonRecord): string {
  return asList(item.changes)
    .map(({ path }) => asText(path))
    .join(', ')
    .slice(0, 200)
}

/** Its input includes what came from the cache; its output includes reasoning. */
function usageOf(told: JsonRecord, model: string | null): Usage {
  const cacheRead = asCount(told.cached_input_tokens)
  const cacheWrite = asCount(told.cache_write_input_tokens)
  const tokens = {
    input: Math.max(0, asCount(told.input_tokens) - cacheRead - cacheWrite),
    output: asCount(told.output_tokens),
    cacheRead,
    cacheWrite,
    reasoning: asCount(told.reasoning_output_tokens),
  }
  return { models: { [model ?? unnamedModel]: tokens }, costUsd: null, costSource: 'unknown' }
}
