import type { Refusal } from './protocol.ts'

/** What the APIs of OpenAI say to a key that is not known. */
export function incorrectKey(key: string): Refusal {
  const message = `Incorrect API key provided: ${key}.`
  return { status: 401, body: { error: { message, type: 'invalid_request_error', code: 'invalid_api_key' } } }
}
