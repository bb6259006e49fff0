import type { Readable, Writable } from 'node:stream'
import { LoopworkError } from '../errors.ts'
import type { LegacyLink } from './legacy-link.ts'
import { type Message, readMessage, unreadable } from './messages.ts'
import { claimedVersion, createModern } from './modern.ts'
import type { Service } from './service.ts'

/** Longest message that is taken, in bytes. */
const longest = 10 << 20

/** How long what was asked before the input ended may still take, in milliseconds. */
const lastWordsMs = 5_000

type Asked = Extract<Message, { kind: 'request' }>

/**
 * Serves one client over standard input and output, a message a line, until the input ends. Each message is
 * answered in the revision it is written in; what names none belongs to the older ones.
 */
export async function serveStdio(
  service: Service,
  streams: { readonly input: Readable; readonly output: Pick<Writable, 'write'> },
): Promise<void> {
  const { input, output } = streams
  const modern = createModern(service)
  const running = new Map<string | number, AbortController>()
  const open = new Set<Promise<void>>()
  const over = new AbortController()
  let legacy: LegacyLink | null = null

  const send = (message: object): void => {
    output.write(`${JSON.stringify(message)}\n`)
  }

  const answerModern = async (message: Asked): Promise<void> => {
    const cancelled = new AbortController()
    running.set(message.id, cancelled)
    const isListening = message.method === 'subscriptions/listen'
    const response = await modern.handle(message, {
      signal: isListening ? AbortSignal.any([cancelled.signal, over.signal]) : cancelled.signal,
      notify: (method, params) => send({ jsonrpc: '2.0', method, params }),
    })
    running.delete(message.id)
    if (!cancelled.signal.aborted) send(response)
  }

  const takeLegacy = async (value: object, message: Message): Promise<void> => {
    if (!legacy) {
      const { openLegacyLink } = await import('./legacy-link.ts')
      legacy = await openLegacyLink(service, send)
    }
    legacy.take(value, message)
  }

  const take = async (line: string): Promise<void> => {
    const value = parse(line)
    const read = value === undefined ? { refusal: unreadable } : readMessage(value)
    if ('refusal' in read) return send(read.refusal)
    const { message } = read
    if (message.kind === 'notification' && message.method === 'notifications/cancelled') {
      running.get(message.params.requestId as string)?.abort()
    }
    if (message.kind !== 'request' || !isModern(message)) return takeLegacy(value as object, message)
    const going = answerModern(message).finally(() => open.delete(going))
    open.add(going)
  }

  for await (const line of linesOf(input)) await take(line)
  over.abort()
  const enough = AbortSignal.timeout(lastWordsMs)
  const answered = Promise.all([...open, (legacy as LegacyLink | null)?.answered()])
  await Promise.race([answered, new Promise((resolve) => enough.addEventListener('abort', resolve))])
  for (const controller of running.values()) controller.abort()
  await (legacy as LegacyLink | null)?.close()
}

function isModern({ method, params }: Asked): boolean {
  return method === 'server/discover' || claimedVersion(params) !== null
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined // told to whoever sent it
  }
}

/** The lines of a stream of bytes; a character may be cut anywhere between two chunks. */
async function* linesOf(input: Readable): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of input) {
    rest = rest.length === 0 ? (chunk as Buffer) : Buffer.concat([rest, chunk as Buffer])
    for (let end = rest.indexOf(10); end !== -1; end = rest.indexOf(10)) {
      const line = rest.subarray(0, end).toString('utf8').trim()
      rest = rest.subarray(end + 1)
      if (line !== '') yield line
    }
    if (rest.length > longest) {
      throw new LoopworkError('invalid', `a message is longer than ${longest} bytes`, {
        hint: 'Send one message a line.',
      })
    }
  }
  const last = rest.toString('utf8').trim()
  if (last !== '') yield last
}
