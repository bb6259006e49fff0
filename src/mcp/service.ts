import { asFailure, LoopworkError } from '../errors.ts'
import type { Office } from './office.ts'
import { pageOf } from './page.ts'
import type { Prompt } from './prompts.ts'
import { type Call, faults, type Params, paramsOf } from './protocol.ts'
import type { Resources } from './resources.ts'
import type { Tool } from './tool.ts'
import { inToolWords } from './tool-words.ts'

/** What a server is and can do, in no revision's words. */
export type Service = {
  readonly name: string
  readonly version: string
  readonly instructions: string
  /** Answers a request of one of these methods; fails with a fault. */
  readonly methods: Readonly<Record<string, (params: Params, call: Call) => Promise<object>>>
  /** Hears when what is at an address may have changed, until the returned function is called. */
  watch(uri: string, heard: () => void): Promise<() => void>
}

const pageSize = 100
/** The protocol allows no more values in one completion. */
const mostValues = 100

/** Puts tools, resources and prompts behind the methods that all revisions of the protocol share. */
export function createService(given: {
  readonly version: string
  readonly instructions: string
  readonly tools: readonly Tool[]
  readonly resources: Resources
  readonly prompts: readonly Prompt[]
  readonly watch: Service['watch']
}): Service {
  const { tools, resources, prompts } = given
  const toolOf = new Map(tools.map((tool) => [tool.name, tool]))
  const promptOf = new Map(prompts.map((prompt) => [prompt.name, prompt]))

  const listTools = async (params: Params) =>
    paged(
      'tools',
      tools,
      ({ name }) => name,
      params,
      (tool) => ({
        name: tool.name,
        title: tool.title,
        description: tool.description,
        inputSchema: tool.inputSchema(),
        outputSchema: tool.outputSchema(),
        annotations: { title: tool.title, ...tool.annotations },
      }),
    )

  return {
    name: 'loopwork',
    version: given.version,
    instructions: given.instructions,
    watch: given.watch,
    methods: {
      'tools/list': listTools,
      'tools/call': async ({ name, arguments: args }, call) => {
        const tool = toolOf.get(textOf(name, 'name'))
        if (!tool) throw unknown('tool', name)
        return tool.call(args, call)
      },
      'resources/list': async (params) =>
        paged(
          'resources',
          await resources.list(),
          ({ uri }) => uri,
          params,
          (one) => one,
        ),
      'resources/templates/list': async (params) =>
        paged(
          'resourceTemplates',
          resources.templates,
          (one) => one.uriTemplate,
          params,
          (one) => one,
        ),
      'resources/read': async ({ uri }) => ({ contents: await resources.read(textOf(uri, 'uri')) }),
      'prompts/list': async (params) =>
        paged(
          'prompts',
          prompts,
          ({ name }) => name,
          params,
          ({ get: _, complete: __, ...prompt }) => prompt,
        ),
      'prompts/get': async ({ name, arguments: args }) => {
        const prompt = promptOf.get(textOf(name, 'name'))
        if (!prompt) throw unknown('prompt', name)
        return { description: prompt.description, messages: await prompt.get(textsOf(args)) }
      },
      'completion/complete': async ({ ref, argument }) => {
        const values = await valuesFor(paramsOf(ref), paramsOf(argument))
        return {
          completion: {
            values: values.slice(0, mostValues),
            total: values.length,
            hasMore: values.length > mostValues,
          },
        }
      },
    },
  }

  async function valuesFor(ref: Params, argument: Params): Promise<readonly string[]> {
    const name = textOf(argument.name, 'argument.name')
    const beginning = textOf(argument.value, 'argument.value')
    if (ref.type === 'ref/resource') return resources.complete(textOf(ref.uri, 'ref.uri'), name, beginning)
    const prompt = ref.type === 'ref/prompt' ? promptOf.get(textOf(ref.name, 'ref.name')) : undefined
    if (!prompt) throw unknown('reference', ref.name ?? ref.type)
    return prompt.complete(name, beginning)
  }
}

/** One page of a list of the protocol. */
function paged<T>(
  name: string,
  items: readonly T[],
  keyOf: (item: T) => string,
  { cursor }: Params,
  show: (item: T) => object,
): object {
  const after = cursor === undefined ? {} : { cursor: textOf(cursor, 'cursor') }
  const { items: page, nextCursor } = pageOf(items, keyOf, { limit: pageSize, ...after })
  return { [name]: page.map(show), ...(nextCursor ? { nextCursor } : {}) }
}

function textOf(value: unknown, name: string): string {
  if (typeof value === 'string') return value
  throw new LoopworkError('invalid', `${name} must be text`, { hint: `Give ${name}.` })
}

function textsOf(value: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(paramsOf(value)).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  )
}

function unknown(what: string, name: unknown): LoopworkError {
  return new LoopworkError('invalid', `there is no ${what} ${JSON.stringify(name)?.slice(0, 100)}`, {
    hint: `Ask for the list of ${what}s first.`,
  })
}

/** Anything thrown, as JSON-RPC tells it. Nothing of the inside of the program is told. */
export function faultOf(thrown: unknown): {
  readonly code: number
  readonly message: string
  readonly data?: object
} {
  const { code, message, hint } = asFailure(thrown)
  const number = code === 'invalid' || code === 'not_found' ? faults.params : faults.internal
  return { code: number, message, data: { code, ...(hint ? { hint: inToolWords(hint) } : {}) } }
}

/** What a model is told of the whole server. */
export const instructions =
  'Loopwork works off a backlog of tasks with AI agents. Begin with loopwork_list_tasks; loopwork_why explains a task that does not go on; loopwork_create_task adds one. Take a task with loopwork_mark_in_progress before you work on it yourself.'

/** Rings for an address whenever anything new is in the log. */
export function watchLog(office: Office): Service['watch'] {
  return async (_, heard) => {
    const { app } = await office.place()
    let position = await app.log.head()
    const ringing = app.log.bell.subscribe(() => {
      void app.log.head().then((head) => {
        if (head === position) return
        position = head
        heard()
      })
    })
    return () => ringing.unsubscribe()
  }
}
