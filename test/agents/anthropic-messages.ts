import { type Json, listOf, type Protocol, type Sent, used } from './protocol.ts'

/** The Messages API of Anthropic. */
export const anthropicMessages: Protocol = {
  path: /^\/v1\/messages(\?|$)/,
  keyOf: (headers) => String(headers['x-api-key'] ?? ''),
  offersTools: (body) => listOf(body.tools).length > 0,
  toolResults: (body) =>
    listOf(body.messages)
      .flatMap(({ content }) => listOf(content))
      .filter(({ type }) => type === 'tool_result').length,
  stream: ({ text, call }, model) => [
    named('message_start', {
      message: {
        id: `msg_${crypto.randomUUID()}`,
        type: 'message',
        role: 'assistant',
        model,
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { ...inputUsage, output_tokens: 1 },
      },
    }),
    ...block(0, { type: 'text', text: '' }, { type: 'text_delta', text }),
    ...(call
      ? block(
          1,
          { type: 'tool_use', id: `toolu_${crypto.randomUUID()}`, name: call.tool, input: {} },
          { type: 'input_json_delta', partial_json: JSON.stringify(call.input) },
        )
      : []),
    named('message_delta', {
      delta: { stop_reason: call ? 'tool_use' : 'end_turn', stop_sequence: null },
      usage: { ...inputUsage, output_tokens: used.output },
    }),
    named('message_stop', {}),
  ],
  refusal: (key) => ({
    status: 401,
    headers: { 'x-should-retry': 'false' }, // without it the program tries for three minutes
    body: { type: 'error', error: { type: 'authentication_error', message: `invalid x-api-key: ${key}` } },
  }),
}

const inputUsage = {
  input_tokens: used.input,
  cache_read_input_tokens: used.cacheRead,
  cache_creation_input_tokens: used.cacheWrite,
}

function block(index: number, start: Json, delta: Json): Sent[] {
  return [
    named('content_block_start', { index, content_block: start }),
    named('content_block_delta', { index, delta }),
    named('content_block_stop', { index }),
  ]
}

function named(type: string, data: Json): Sent {
  return { event: type, data: { type, ...data } }
}
