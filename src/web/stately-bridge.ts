import type { ServerResponse } from 'node:http'
import { answer, beginEvents } from './answer.ts'
import { letIn } from './let-in.ts'
import { listenHere, type WebServer } from './listen.ts'

/** Where the official inspector lives. It is shown in a frame, and told by messages between the two pages. */
const origin = 'https://stately.ai'

/** How many of the newest messages a page that is opened later is still told, besides the first. */
const kept = 1_000

const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>loopwork in the inspector of Stately</title>
<link rel="stylesheet" href="/bridge.css"><script type="module" src="/bridge.js"></script></head>
<body><iframe id="inspector" title="The inspector of Stately" src="${origin}/inspect"></iframe></body></html>
`
const css = 'html, body, iframe { margin: 0; border: 0; width: 100%; height: 100%; display: block }\n'

/** The inspector says when it is there, and again when it was loaded anew; then it is told everything so far. */
const script = `const { contentWindow } = document.getElementById('inspector')
const heard = []
let isThere = false
const tell = (message) => contentWindow.postMessage(message, '${origin}')
addEventListener('message', ({ data, origin, source }) => {
  if (origin !== '${origin}' || source !== contentWindow || data?.type !== '@statelyai.connected') return
  isThere = true
  heard.forEach(tell)
})
new EventSource('/messages').onmessage = ({ data }) => {
  const message = JSON.parse(data)
  heard.push(message)
  if (isThere) tell(message)
}
`
const policy = `default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src ${origin}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

export type StatelyBridge = WebServer & {
  /** Hands a message of the inspector's own package to every page that is open, and to those opened later. */
  send(message: unknown): void
}

/**
 * A page on the loopback address that shows the hosted inspector and passes messages on to it. The server that
 * comes with the inspector does the same, but for all who can reach this machine.
 */
export async function openStatelyBridge(given: {
  readonly port: number
  readonly token: string
}): Promise<StatelyBridge> {
  const pages = new Set<ServerResponse>()
  const told: string[] = []
  let sent = 0
  const server = await listenHere(given, (request, response) => {
    if (letIn(request, response, given.token)) return
    switch (request.url) {
      case '/':
        return answer(response, 200, 'text/html; charset=utf-8', html, { 'content-security-policy': policy })
      case '/bridge.js':
        return answer(response, 200, 'text/javascript; charset=utf-8', script)
      case '/bridge.css':
        return answer(response, 200, 'text/css; charset=utf-8', css)
      case '/messages':
        beginEvents(response)
        for (const text of missing(told, sent, Number(request.headers['last-event-id'] ?? 0))) {
          response.write(text)
        }
        pages.add(response)
        response.on('close', () => pages.delete(response))
        return
      default:
        return answer(response, 404, 'text/plain; charset=utf-8', 'There is no such page.\n')
    }
  })
  return {
    ...server,
    send: (message) => {
      sent += 1
      const text = `id: ${sent}\ndata: ${JSON.stringify(message)}\n\n`
      told.push(text)
      if (told.length > kept) told.splice(1, 1) // the first says which machine it is
      for (const page of pages) page.write(text)
    },
  }
}

/** What a page has not heard yet of what is kept, by the number of the last message that it has. */
function missing(told: readonly string[], sent: number, heard: number): readonly string[] {
  return heard === 0 ? told : told.slice(Math.max(1, told.length - (sent - heard)))
}
