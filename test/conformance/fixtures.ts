import type { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { CreateMessageResultSchema, ElicitResultSchema } from '@modelcontextprotocol/sdk/types.js'
import { LoopworkError } from '../../src/errors.ts'
import { createLegacyServer } from '../../src/mcp/legacy.ts'
import type { Prompt } from '../../src/mcp/prompts.ts'
import { type Content, type Params, paramsOf, type ToolResult } from '../../src/mcp/protocol.ts'
import type { Resources } from '../../src/mcp/resources.ts'
import { createService, type Service } from '../../src/mcp/service.ts'
import { reads, type Tool } from '../../src/mcp/tool.ts'

/** The smallest picture and the smallest sound there are. */
const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=='
const wav = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEARKwAAIhYAQACABAAZGF0YQAAAAA='

const text = (said: string): Content => ({ type: 'text', text: said })
const image: Content = { type: 'image', data: png, mimeType: 'image/png' }
const embedded = (uri: string, said: string, mimeType = 'text/plain'): Content => ({
  type: 'resource',
  resource: { uri, mimeType, text: said },
})

/** The tools that the official suite calls by name. */
const tools: readonly Tool[] = [
  answering('test_simple_text', [text('This is a simple text response for testing.')]),
  answering('test_image_content', [image]),
  answering('test_audio_content', [{ type: 'audio', data: wav, mimeType: 'audio/wav' }]),
  answering('test_embedded_resource', [embedded('test://embedded-resource', 'An embedded resource.')]),
  answering('test_multiple_content_types', [
    text('Multiple content types test:'),
    image,
    embedded('test://mixed-content-resource', '{"test":"data","value":123}', 'application/json'),
  ]),
  fixture('test_error_handling', async () => ({
    content: [text('This tool intentionally returns an error for testing')],
    isError: true,
  })),
  fixture('test_tool_with_progress', async (_, call) => {
    for (const done of [0, 50, 100]) call.progress(done, 100, `${done} of 100`)
    return { content: [text('done')] }
  }),
  {
    ...answering('json_schema_2020_12_tool', [text('done')]),
    inputSchema: () => ({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      $defs: {
        address: {
          $anchor: 'addressDef',
          type: 'object',
          properties: { street: { type: 'string' }, city: { type: 'string' } },
        },
      },
      properties: {
        name: { type: 'string' },
        address: { $ref: '#/$defs/address' },
        contactMethod: { type: 'string', enum: ['phone', 'email'] },
        phone: { type: 'string' },
        email: { type: 'string' },
      },
      allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
      if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: { required: ['phone'] },
      else: { required: ['email'] },
      additionalProperties: false,
    }),
  },
]

function fixture(name: string, call: Tool['call']): Tool {
  const schema = () => ({ type: 'object' })
  return {
    name,
    title: name,
    description: name,
    annotations: reads,
    inputSchema: schema,
    outputSchema: schema,
    call,
  }
}

function answering(name: string, content: readonly Content[]): Tool {
  return fixture(name, async () => ({ content }))
}

const described = (uri: string, mimeType: string) => ({
  uri,
  name: uri,
  title: uri,
  description: uri,
  mimeType,
})

const resources: Resources = {
  list: async () => [
    described('test://static-text', 'text/plain'),
    described('test://static-binary', 'image/png'),
  ],
  templates: [
    {
      uriTemplate: 'test://template/{id}/data',
      name: 'data',
      title: 'data',
      description: 'data',
      mimeType: 'application/json',
    },
  ],
  read: async (uri) => {
    const id = /^test:\/\/template\/([^/]+)\/data$/.exec(uri)?.[1]
    if (id) return [{ uri, mimeType: 'application/json', text: JSON.stringify({ id, templateTest: true }) }]
    if (uri === 'test://static-text') return [{ uri, mimeType: 'text/plain', text: 'The static text.' }]
    if (uri === 'test://static-binary') return [{ uri, mimeType: 'image/png', blob: png }]
    throw new LoopworkError('not_found', `nothing has the address ${uri}`)
  },
  complete: async () => [],
}

function prompt(name: string, words: readonly string[], get: Prompt['get']): Prompt {
  const described = words.map((word) => ({ name: word, title: word, description: word, required: true }))
  return { name, title: name, description: name, arguments: described, get, complete: async () => [] }
}

const user = (content: Content) => ({ role: 'user' as const, content })

const prompts: readonly Prompt[] = [
  prompt('test_simple_prompt', [], async () => [user(text('This is a simple prompt for testing.'))]),
  prompt('test_prompt_with_arguments', ['arg1', 'arg2'], async ({ arg1, arg2 }) => [
    user(text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)),
  ]),
  prompt('test_prompt_with_embedded_resource', ['resourceUri'], async ({ resourceUri = '' }) => [
    user(embedded(resourceUri, 'Embedded resource content for testing.')),
    user(text('Please process the embedded resource above.')),
  ]),
  prompt('test_prompt_with_image', [], async () => [
    user(image),
    user(text('Please analyze the image above.')),
  ]),
]

/** What the official suite asks for, behind our own adapters and transports. */
export const fixtures: Service = createService({
  version: '0',
  instructions: '',
  tools,
  resources,
  prompts,
  watch: async () => () => undefined,
})

type Way = {
  sendRequest(request: object, schema: unknown): Promise<unknown>
  notify(message: object): Promise<void>
}

/** Tools that ask the client something: our own never do, but our transport has to carry it. */
const asking: Readonly<Record<string, (args: Params, way: Way) => Promise<ToolResult>>> = {
  test_tool_with_logging: async (_, { notify }) => {
    for (const data of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
      await notify({ method: 'notifications/message', params: { level: 'info', data } })
    }
    return { content: [text('done')] }
  },
  test_sampling: async ({ prompt: said }, { sendRequest }) => {
    const messages = [{ role: 'user', content: { type: 'text', text: said } }]
    const answer = await sendRequest(
      { method: 'sampling/createMessage', params: { messages, maxTokens: 100 } },
      CreateMessageResultSchema,
    )
    return { content: [text(`LLM response: ${JSON.stringify(answer)}`)] }
  },
  test_elicitation: elicitation({
    username: { type: 'string', description: "User's response" },
    email: { type: 'string', description: "User's email address" },
  }),
  test_elicitation_sep1034_defaults: elicitation({
    name: { type: 'string', default: 'John Doe' },
    age: { type: 'integer', default: 30 },
    score: { type: 'number', default: 95.5 },
    status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
    verified: { type: 'boolean', default: true },
  }),
  test_elicitation_sep1330_enums: elicitation({
    untitledSingle: { type: 'string', enum: ['option1', 'option2', 'option3'] },
    titledSingle: { type: 'string', oneOf: titled('value1', 'value2', 'value3') },
    legacyEnum: { type: 'string', enum: ['opt1', 'opt2', 'opt3'], enumNames: ['One', 'Two', 'Three'] },
    untitledMulti: { type: 'array', items: { type: 'string', enum: ['option1', 'option2', 'option3'] } },
    titledMulti: { type: 'array', items: { anyOf: titled('value1', 'value2', 'value3') } },
  }),
}

function titled(...values: readonly string[]) {
  return values.map((value) => ({ const: value, title: `The ${value}` }))
}

function elicitation(properties: object) {
  return async ({ message = 'Please say' }: Params, { sendRequest }: Way): Promise<ToolResult> => {
    const requestedSchema = { type: 'object', properties, required: [] }
    const answer = await sendRequest(
      { method: 'elicitation/create', params: { mode: 'form', message, requestedSchema } },
      ElicitResultSchema,
    )
    return { content: [text(`Elicitation completed: ${JSON.stringify(answer)}`)] }
  }
}

/** The server of the older revisions, with the tools that ask. */
export function createAskingServer(): Server {
  const server = createLegacyServer(fixtures)
  server.registerCapabilities({ logging: {} })
  const usual = server.fallbackRequestHandler
  server.fallbackRequestHandler = async (request, extra) => {
    if (request.method === 'logging/setLevel') return {}
    const { name, arguments: args } = paramsOf(request.params)
    const run = request.method === 'tools/call' ? asking[String(name)] : undefined
    if (!run) return (await usual?.(request, extra)) as never
    return (await run(paramsOf(args), {
      sendRequest: (asked, schema) => extra.sendRequest(asked as never, schema as never),
      notify: (message) => extra.sendNotification(message as never),
    })) as never
  }
  return server
}
