import * as z from 'zod'
import { asFailure } from '../errors.ts'
import type { Annotations, Call, Content, ToolResult } from './protocol.ts'
import { inToolWords } from './tool-words.ts'

/** Something that a model can do, in no revision's words. */
export type Tool = {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly annotations: Annotations
  inputSchema(): object
  outputSchema(): object
  /** Never rejects: what went wrong is the answer. */
  call(args: unknown, call: Call): Promise<ToolResult>
}

/** Only looks. */
export const reads: Annotations = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
}
/** Adds or changes something; doing it twice does it twice. */
export const adds: Annotations = { ...reads, readOnlyHint: false, idempotentHint: false }
/** Sets something to what it is asked to be; doing it twice changes nothing more. */
export const sets: Annotations = { ...reads, readOnlyHint: false }
/** The same, and what was there before is given up. */
export const overrides: Annotations = { ...sets, destructiveHint: true }

/** Makes a tool: checks what comes in and what goes out, and turns failures into something to act on. */
export function tool<In extends z.ZodObject, Out extends z.ZodObject>(is: {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly annotations: Annotations
  readonly input: In
  readonly output: Out
  run(args: z.output<In>, call: Call): Promise<z.input<Out> & { readonly links?: readonly Content[] }>
}): Tool {
  const { name, title, description, annotations } = is
  let input: object | null = null
  let output: object | null = null
  return {
    name,
    title,
    description,
    annotations,
    inputSchema: () => {
      input ??= z.toJSONSchema(is.input, { io: 'input' })
      return input
    },
    outputSchema: () => {
      output ??= z.toJSONSchema(is.output, { io: 'output' })
      return output
    },
    call: async (args, call) => {
      const wanted = is.input.safeParse(args ?? {})
      if (!wanted.success) return refusal(name, wanted.error)
      try {
        const { links = [], ...answer } = await is.run(wanted.data, call)
        const structuredContent = is.output.parse(answer)
        return { content: [text(structuredContent), ...links], structuredContent }
      } catch (thrown) {
        return failed(thrown)
      }
    },
  }
}

function text(value: unknown): Content {
  return { type: 'text', text: JSON.stringify(value, null, 2) }
}

/** What was wrong with the arguments, each by its name. */
function refusal(name: string, { issues }: z.ZodError): ToolResult {
  const problems = issues.map(({ path, message }) => `${path.join('.') || 'arguments'}: ${message}`)
  return problem(
    'invalid',
    `${name} was not called: ${problems.join('; ')}`,
    'Correct the arguments and call it again.',
  )
}

function failed(thrown: unknown): ToolResult {
  const { code, message, hint } = asFailure(thrown)
  return problem(code, message, hint ? inToolWords(hint) : (nextSteps[code] ?? null))
}

/** What a model can do about a failure that says nothing of it itself. */
const nextSteps: Readonly<Record<string, string>> = {
  rejected: 'Call loopwork_get_task to see what the task is doing now.',
  not_found: 'Call loopwork_list_tasks to see what there is.',
  conflict: 'Somebody else wrote at the same time: call it again.',
  unavailable: 'Try again later, or call loopwork_backend_status.',
  internal: 'This is a mistake in loopwork: tell a person.',
}

function problem(code: string, error: string, next: string | null): ToolResult {
  const answer = { success: false, error, code, ...(next ? { next } : {}) }
  return { content: [text(answer)], isError: true }
}
