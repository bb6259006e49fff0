/** One piece of what a tool, a resource or a prompt answers, in the words of every revision of the protocol. */
export type Content =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image' | 'audio'; readonly data: string; readonly mimeType: string }
  | { readonly type: 'resource'; readonly resource: ResourceText }
  | {
      readonly type: 'resource_link'
      readonly uri: string
      readonly name: string
      readonly title?: string
      readonly description?: string
      readonly mimeType?: string
    }

/** What a resource holds. */
export type ResourceText = {
  readonly uri: string
  readonly mimeType: string
  readonly text?: string
  readonly blob?: string
}

/** What a tool answers. A failure of the work is an answer, too: the model reads it. */
export type ToolResult = {
  readonly content: readonly Content[]
  readonly structuredContent?: Readonly<Record<string, unknown>>
  readonly isError?: boolean
}

/** What a client should know of a tool before it is called. */
export type Annotations = {
  readonly readOnlyHint: boolean
  readonly destructiveHint: boolean
  readonly idempotentHint: boolean
  readonly openWorldHint: boolean
}

/** Whoever asks, and how to reach them while they wait. */
export type Call = {
  /** The client's own name. */
  readonly client: string
  /** Aborted when the client no longer wants the answer. */
  readonly signal: AbortSignal
  /** Tells how far it is, where the client asked to be told. */
  progress(done: number, total: number | null, message: string): void
}

/** Ways in which a request can be wrong, as JSON-RPC numbers them. */
export const faults = {
  parse: -32700,
  request: -32600,
  method: -32601,
  params: -32602,
  internal: -32603,
  headers: -32020,
  version: -32022,
} as const

/** An object as it came over the wire. */
export type Params = Readonly<Record<string, unknown>>

/** The params of a request, whatever came in their place. */
export function paramsOf(value: unknown): Params {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Params) : {}
}
