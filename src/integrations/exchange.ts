import {
  Agent as HttpAgent,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as overHttp,
} from 'node:http'
import { Agent as HttpsAgent, request as overHttps } from 'node:https'
import { text as textOf } from 'node:stream/consumers'

/** One request to a service. It is redirected nowhere: a secret goes only where it was meant to go. */
export type Exchange = {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
  readonly signal: AbortSignal
}

export type Exchanged = {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** Connections are kept for the next event; most services keep an idle one for five seconds or longer. */
const keptMs = 4_000
const options = { keepAlive: true, timeout: keptMs }
const agents = { http: new HttpAgent(options), https: new HttpsAgent(options) }

/** Node's own client: `fetch` takes three times as much of a processor, which agents need. */
export async function exchange(given: Exchange): Promise<Exchanged> {
  const answer = await answerTo(given, true)
  return { status: answer.statusCode ?? 0, headers: answer.headers, text: await textOf(answer) }
}

function answerTo(given: Exchange, mayRepeat: boolean): Promise<IncomingMessage> {
  const { method, url, headers, body, signal } = given
  const isPlain = new URL(url).protocol === 'http:'
  const length = body === null ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  return new Promise((resolve, reject) => {
    const request = (isPlain ? overHttp : overHttps)(url, {
      ...{ method, signal, agent: isPlain ? agents.http : agents.https },
      headers: { 'user-agent': 'loopwork', accept: '*/*', ...length, ...headers },
    })
    request.on('response', resolve)
    request.on('error', (thrown: NodeJS.ErrnoException) => {
      const wasLetGo = request.reusedSocket && thrown.code === 'ECONNRESET' // by the service, while it was idle
      if (wasLetGo && mayRepeat) answerTo(given, false).then(resolve, reject)
      else reject(thrown)
    })
    request.end(body ?? undefined)
  })
}
