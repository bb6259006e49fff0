import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

type Json = Readonly<Record<string, unknown>>

/** What the model does next: use a tool, or say something and be done. */
export type Step = { readonly tool: string; readonly input: Json } | string

/** The whole conversation as text, and what each tool has answered so far. */
export type Conversation = { readonly text: string; readonly results: readonly string[] }

/**
 * A model on loopback, as the Messages API of Anthropic streams it, that follows a script. It remembers
 * nothing: what it does next follows from the conversation that it is sent.
 */
export async function openScriptedModel(script: (conversation: Conversation) => Step): Promise<string> {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const asked = await text(request)
    if (!/^\/v1\/messages(\?|$)/.test(request.url ?? '')) {
      response.writeHead(404).end()
      return
    }
    const body = JSON.parse(asked)
    const isTurn = listOf(body.tools).length > 0 // without tools it is small talk, such as a title
    const step = isTurn ? script({ text: JSON.stringify(body.messages), results: resultsIn(body) }) : 'Fine.'
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const event of stream(step)) {
      response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
    }
    response.end()
  }
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function resultsIn(body: { messages: unknown }): string[] {
  return listOf(body.messages)
    .flatMap(({ content }) => listOf(content))
    .filter(({ type }) => type === 'tool_result')
    .map(({ content }) =>
      typeof content === 'string'
        ? content
        : listOf(content)
            .map((one) => one.text)
            .join(''),
    )
}

function listOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value : []
}

function stream(step: Step): (Json & { type: string })[] {
  const isDone = typeof step === 'string'
  const usage = { input_tokens: 10, cache_read_input_tokens: 0, cache_creation_input_tokens: 0 }
  const block = isDone
    ? { start: { type: 'text', text: '' }, delta: { type: 'text_delta', text: step } }
    : {
        start: { type: 'tool_use', id: `toolu_${crypto.randomUUID()}`, name: step.tool, input: {} },
        delta: { type: 'input_json_delta', partial_json: JSON.stringify(step.input) },
      }
  const message = {
    id: `msg_${crypto.randomUUID()}`,
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-5',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { ...usage, output_tokens: 1 },
  }
  return [
    { type: 'message_start', message },
    { type: 'content_block_start', index: 0, content_block: block.start },
    { type: 'content_block_delta', index: 0, delta: block.delta },
    { type: 'content_block_stop', index: 0 },
    {
      type: 'message_delta',
      delta: { stop_reason: isDone ? 'end_turn' : 'tool_use', stop_sequence: null },
      usage: { ...usage, output_tokens: 5 },
    },
    { type: 'message_stop' },
  ]
}
