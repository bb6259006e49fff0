import type { IncomingMessage, ServerResponse } from 'node:http'
import { answer } from './answer.ts'
import { cookieOf, tokenInLink } from './guard.ts'

/** Leads from the link to the same page without the token, which a cookie carries from then on; false where it came without. */
export function letIn(request: IncomingMessage, response: ServerResponse, token: string): boolean {
  if (tokenInLink(request) === null) return false
  const { pathname } = new URL(request.url ?? '/', 'http://localhost')
  answer(response, 303, 'text/plain', '', {
    location: pathname,
    'set-cookie': cookieOf(token, request.socket.localPort ?? 0),
  })
  return true
}
