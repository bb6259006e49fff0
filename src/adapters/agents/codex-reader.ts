import type { Usage } from '../../events/shapes.ts'
import type { Activity, AgentReader, AgentResult } from '../../ports/agent.ts'
import { failureIn } from './failure-in.ts'
import { firstLine } from './first-line.ts'
import { judge } from './judge.ts'
import { asCount, asList, asRecord, asText, detailOf, type JsonRecord, recordIn } from './record.ts'

/** It tells none, so its tokens are filed under this name. */
const unnamedModel = 'codex'

/** Reads `codex exec --json`. */
export function createCodexReader(): AgentReader {
  let session: string | null = null
  let usage: Usage | null = null
  let end: JsonRecord | null = null
  let hasRecords = false
  let lastText = ''
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
        if (item.type === 'agent_message') lastText = asText(item.text) || lastText
        return endOf(item)
      }
      case 'turn.completed':
        usage = usageOf(asRecord(record.usage))
        end = record
        return []
      case 'turn.failed':
        end = record
        return []
      case 'error':
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
      if (source === 'stderr') lastError = line
      else lastText = line
      return [{ kind: 'notice', text: line }]
    },
    usage: () => usage,
    session: () => session,
    model: () => null,
    end: (exit, now) =>
      judge(exit, { final: end && outcomeOf(end, now), hasRecords, lastText, lastError }, now),
  }

  function outcomeOf(record: JsonRecord, now: Date): AgentResult {
    if (record.type === 'turn.failed') return failureIn(asText(asRecord(record.error).message), now)
    const isRefused = /patch rejected|read-only sandbox/.test(lastError)
    if (isRefused) return { ok: false, kind: 'permission', reason: firstLine(lastError) }
    return { ok: true, summary: firstLine(lastText) || 'done' }
  }
}

function toolsOf(item: JsonRecord): readonly Activity[] {
  switch (item.type) {
    case 'command_execution':
      return [{ kind: 'tool', name: 'shell', detail: detailOf(item) }]
    case 'file_change':
      return [{ kind: 'tool', name: 'edit', detail: pathsOf(item) }]
    case 'mcp_tool_call':
      return [{ kind: 'tool', name: asText(item.tool), detail: detailOf(item.arguments) }]
    case 'web_search':
      return [{ kind: 'tool', name: 'web search', detail: detailOf(item) }]
    default:
      return []
  }
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
        ? [{ kind: 'tool-failed', name: asText(item.type), detail: detailOf(item) || pathsOf(item) }]
        : []
  }
}

function pathsOf(item: JsonRecord): string {
  return asList(item.changes)
    .map(({ path }) => asText(path))
    .join(', ')
    .slice(0, 200)
}

/** Its input includes what came from the cache; its output includes reasoning. */
function usageOf(told: JsonRecord): Usage {
  const cacheRead = asCount(told.cached_input_tokens)
  const cacheWrite = asCount(told.cache_write_input_tokens)
  const tokens = {
    input: Math.max(0, asCount(told.input_tokens) - cacheRead - cacheWrite),
    output: asCount(told.output_tokens),
    cacheRead,
    cacheWrite,
    reasoning: asCount(told.reasoning_output_tokens),
  }
  return { models: { [unnamedModel]: tokens }, costUsd: null, costSource: 'unknown' }
}
