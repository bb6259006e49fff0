import { incorrectKey } from './incorrect-key.ts'
import { bearerOf, type Json, listOf, type Protocol, type Reply, type Sent, used } from './protocol.ts'

/** The Responses API of OpenAI. Its input tokens include those of the cache. */
export const openaiResponses: Protocol = {
  path: /^\/v1\/responses(\?|$)/,
  keyOf: bearerOf,
  offersTools: (body) => listOf(body.tools).length > 0,
  toolResults: (body) => listOf(body.input).filter(({ type }) => /_call_output$/.test(String(type))).length,
  stream: ({ text, call }) => {
    const id = `resp_${crypto.randomUUID()}`
    const message = {
      type: 'message',
      id: `msg_${crypto.randomUUID()}`,
      role: 'assistant',
      content: [{ type: 'output_text', text, annotations: [] }],
    }
    return [
      named('response.created', { response: { id } }),
      ...item(message),
      ...(call ? item(callOf(call)) : []),
      named('response.completed', { response: { id, usage } }),
    ]
  },
  refusal: incorrectKey,
}

/** What a model is offered in place of tools that it has to look for. */
export const toolSearch = 'tool_search'

const input = used.input + used.cacheRead + used.cacheWrite
const usage = {
  input_tokens: input,
  input_tokens_details: { cached_tokens: used.cacheRead, cache_write_tokens: used.cacheWrite },
  output_tokens: used.output,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: input + used.output,
}

/** A tool that is given text is a custom one; one that is given fields is a function, or looks for others. */
function callOf({ tool, namespace, input: given }: NonNullable<Reply['call']>): Json {
  const ids = { id: `ctc_${crypto.randomUUID()}`, call_id: `call_${crypto.randomUUID()}` }
  if (tool === toolSearch) {
    return { type: 'tool_search_call', ...ids, execution: 'client', status: 'completed', arguments: given }
  }
  const call = { ...ids, name: tool }
  return typeof given === 'string'
    ? { type: 'custom_tool_call', ...call, input: given }
    : {
        type: 'function_call',
        ...call,
        arguments: JSON.stringify(given),
        ...(namespace ? { namespace } : {}),
      }
}

function item(done: Json): Sent[] {
  return [
    named('response.output_item.added', { item: done }),
    named('response.output_item.done', { item: done }),
  ]
}

function named(type: string, data: Json): Sent {
  return { event: type, data: { type, ...data } }
}
