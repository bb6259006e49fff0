import type { IncomingMessage } from 'node:http'
import { LoopworkError } from '../errors.ts'

const mostBytes = 65_536

/** The JSON that came with a request. */
export async function readBody(request: IncomingMessage): Promise<unknown> {
  if (request.headers['content-type'] !== 'application/json') {
    throw new LoopworkError('invalid', 'the request is not of the type application/json')
  }
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += chunk.length
    if (bytes > mostBytes) throw new LoopworkError('invalid', 'the request is too long')
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch (thrown) {
    throw new LoopworkError('invalid', 'the request is not JSON', { cause: thrown })
  }
}
