import { incorrectKey } from './incorrect-key.ts'
import { bearerOf, type Json, listOf, type Protocol, type Sent, used } from './protocol.ts'

/** The chat completions of OpenAI, which many speak. Prompt tokens include those of the cache. */
export const openaiChat: Protocol = {
  path: /^\/v1\/chat\/completions(\?|$)/,
  keyOf: bearerOf,
  offersTools: (body) => listOf(body.tools).length > 0,
  toolResults: (body) => listOf(body.messages).filter(({ role }) => role === 'tool').length,
  stream: ({ text, call }, model) => {
    const chunk = chunksOf(model)
    return [
      chunk({ role: 'assistant', content: text }, null),
      ...(call
        ? [
            chunk(
              {
                tool_calls: [
                  {
                    index: 0,
                    id: `call_${crypto.randomUUID()}`,
                    type: 'function',
                    function: { name: call.tool, arguments: JSON.stringify(call.input) },
                  },
                ],
              },
              null,
            ),
          ]
        : []),
      chunk({}, call ? 'tool_calls' : 'stop'),
      { data: '[DONE]' },
    ]
  },
  refusal: incorrectKey,
}

const prompt = used.input + used.cacheRead
const usage = {
  prompt_tokens: prompt,
  prompt_tokens_details: { cached_tokens: used.cacheRead },
  completion_tokens: used.output,
  total_tokens: prompt + used.output,
}

function chunksOf(model: string): (delta: Json, finish: string | null) => Sent {
  const id = `chatcmpl-${crypto.randomUUID()}`
  return (delta, finish) => ({
    data: {
      id,
      object: 'chat.completion.chunk',
      created: 0,
      model,
      choices: [{ index: 0, delta, finish_reason: finish }],
      ...(finish ? { usage } : {}),
    },
  })
}
