import type { IncomingMessage, ServerResponse } from 'node:http'
import { asFailure, LoopworkError } from '../errors.ts'
import type { EventLog } from '../ports/event-log.ts'
import type { SessionFiles } from '../ports/session-files.ts'
import { answer, answerJson } from './answer.ts'
import type { Assets } from './assets.ts'
import { readBody } from './body.ts'
import { charts } from './charts.ts'
import { positionIn, streamFacts } from './events.ts'
import { factsAfter } from './facts.ts'
import { letIn } from './let-in.ts'
import { listenHere, type WebServer } from './listen.ts'
import { linesWith, type Meant, type Part, pieceOf } from './output.ts'
import type { PluginRow, Present, Start } from './shapes.ts'

/** What the pages show, and what may be done from them. */
export type WebSources = {
  readonly log: Omit<EventLog, 'append' | 'close'>
  /** Null for a recording, which names files that are none of ours. */
  readonly files: SessionFiles | null
  readonly assets: Assets
  /** What does not change while the app is open. */
  readonly place: Pick<Start, 'project' | 'dailyBudgetUsd' | 'isRecording'>
  present(): Promise<Present>
  /** How plugins fare; they keep that beside the log. */
  plugins(): Promise<readonly PluginRow[]>
  /** Does what a page asks for; gives a sentence on what became of it. */
  act(request: unknown): Promise<string>
  /** Further addresses that can be read; undefined for one that is none of them. */
  more?(path: string): Promise<unknown>
}

/** Serves the pages on the loopback address alone, to whoever has the token. Port 0 takes any that is free. */
export function serveWeb(
  sources: WebSources,
  given: { readonly port: number; readonly token: string },
): Promise<WebServer> {
  return listenHere(given, (request, response) => {
    route(sources, request, response, given.token).catch((thrown) => fail(response, thrown))
  })
}

async function route(
  sources: WebSources,
  request: IncomingMessage,
  response: ServerResponse,
  token: string,
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
  if (request.method === 'POST' && pathname === '/api/act') {
    answerJson(response, 200, { text: await sources.act(await readBody(request)) })
    return
  }
  if (request.method !== 'GET') throw new LoopworkError('invalid', 'this cannot be asked of a page')
  switch (pathname) {
    case '/api/start': {
      const start: Start = { ...sources.place, charts: charts(), present: await sources.present() }
      return answerJson(response, 200, start)
    }
    case '/api/facts': {
      const after = positionIn(searchParams.get('after'))
      const limit = positionIn(searchParams.get('limit')) || Number.MAX_SAFE_INTEGER
      return answerJson(response, 200, await factsAfter(sources.log, after, limit))
    }
    case '/api/events':
      return streamFacts(sources.log, request, response)
    case '/api/output':
      return answerJson(response, 200, await pieceOf(sources, meantBy(searchParams), partOf(searchParams)))
    case '/api/search': {
      const wanted = searchParams.get('text') ?? ''
      return answerJson(response, 200, await linesWith(sources, meantBy(searchParams), wanted))
    }
    case '/api/plugins':
      return answerJson(response, 200, await sources.plugins())
    default: {
      const more = await sources.more?.(pathname)
      if (more !== undefined) return answerJson(response, 200, more)
      return page(sources.assets, request, response, token)
    }
  }
}

function meantBy(asked: URLSearchParams): Meant {
  return {
    stream: asked.get('stream') ?? '',
    attempt: positionIn(asked.get('attempt')),
    which: asked.get('which') ?? 'output',
  }
}

function partOf(asked: URLSearchParams): Part {
  const bytes = (name: string) => (asked.has(name) ? positionIn(asked.get(name)) : null)
  return { from: bytes('offset'), before: bytes('before') }
}

/** A file of the app; the link itself leads to the page without the token. */
function page(assets: Assets, request: IncomingMessage, response: ServerResponse, token: string): void {
  if (letIn(request, response, token)) return
  const { pathname } = new URL(request.url ?? '/', 'http://localhost')
  const asset = assets.find(pathname)
  if (!asset) throw new LoopworkError('not_found', `there is no page ${pathname}`)
  answer(response, 200, asset.type, asset.body, asset.encoding ? { 'content-encoding': asset.encoding } : {})
}

const statuses: Readonly<Record<string, number>> = {
  invalid: 400,
  rejected: 409,
  not_found: 404,
  conflict: 409,
}

function fail(response: ServerResponse, thrown: unknown): void {
  const { code, message, hint } = asFailure(thrown)
  if (response.headersSent) {
    response.destroy()
    return
  }
  answerJson(response, statuses[code] ?? 500, { error: { code, message, ...(hint ? { hint } : {}) } })
}
