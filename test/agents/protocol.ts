/** A record of JSON as it came over the wire. */
export type Json = Readonly<Record<string, unknown>>

/** What the scripted model answers: words, and a tool it wants to use first. */
export type Reply = {
  readonly text: string
  readonly call: { readonly tool: string; readonly namespace?: string; readonly input: Json | string } | null
}

/** One server-sent event. */
export type Sent = { readonly event?: string; readonly data: unknown }

/** An answer that is none. */
export type Refusal = {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: Json
}

/** What every answer is said to have used. `input` is what came from no cache. */
export const used = { input: 1200, cacheRead: 900, cacheWrite: 300, output: 85 } as const

/** One way to talk to a model over HTTP, as far as an agent's program needs it. */
export type Protocol = {
  /** The paths at which it asks for an answer. */
  readonly path: RegExp
  /** The key that a request bears, from its headers. */
  keyOf(headers: Readonly<Record<string, string | string[] | undefined>>): string
  /** Whether the model is offered tools. What it is asked without any is small talk, such as a title. */
  offersTools(body: Json): boolean
  /** How many results of tools the conversation holds. */
  toolResults(body: Json): number
  stream(reply: Reply, model: string): readonly Sent[]
  /** The answer to a key that is not known; like some gateways it repeats the key. */
  refusal(key: string): Refusal
}

/** A value as a list of records. */
export function listOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value : []
}

/** The token of an `Authorization` header. */
export function bearerOf(headers: Readonly<Record<string, string | string[] | undefined>>): string {
  return String(headers.authorization ?? '').replace(/^Bearer /, '')
}
