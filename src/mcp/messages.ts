import { faults, type Params, paramsOf } from './protocol.ts'

/** A message of JSON-RPC, as far as it decides who takes it. */
export type Message =
  | {
      readonly kind: 'request'
      readonly id: string | number
      readonly method: string
      readonly params: Params
    }
  | { readonly kind: 'notification'; readonly method: string; readonly params: Params }
  | { readonly kind: 'response' }

/** The refusal of something that is no message. */
export type Refusal = {
  readonly jsonrpc: '2.0'
  readonly id: string | number | null
  readonly error: { readonly code: number; readonly message: string }
}

/** Tells what kind of message something is; gives the refusal where it is none. */
export function readMessage(value: unknown): { readonly message: Message } | { readonly refusal: Refusal } {
  if (!isObject(value)) return refused(null, 'a message is one object')
  const { id, method } = value
  const known = isId(id) ? id : null
  const flaw = flawOf(value)
  if (flaw) return refused(known, flaw)
  if (typeof method !== 'string') return { message: { kind: 'response' } }
  const params = paramsOf(value.params)
  return {
    message:
      known === null
        ? { kind: 'notification', method, params }
        : { kind: 'request', id: known, method, params },
  }
}

function flawOf(value: Params): string | null {
  const { jsonrpc, id, method, params } = value
  if (jsonrpc !== '2.0') return 'jsonrpc must be "2.0"'
  if (id !== undefined && !isId(id)) return 'id must be text or a whole number'
  const isResponse = method === undefined && ('result' in value || 'error' in value)
  if (!isResponse && typeof method !== 'string') return 'method must be text'
  return params === undefined || isObject(params) ? null : 'params must be an object'
}

function isId(value: unknown): value is string | number {
  return typeof value === 'string' || Number.isInteger(value)
}

function isObject(value: unknown): value is Params {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The refusal of text that is no JSON. */
export const unreadable: Refusal = {
  jsonrpc: '2.0',
  id: null,
  error: { code: faults.parse, message: 'this is not JSON' },
}

function refused(id: string | number | null, message: string): { readonly refusal: Refusal } {
  return { refusal: { jsonrpc: '2.0', id, error: { code: faults.request, message } } }
}
