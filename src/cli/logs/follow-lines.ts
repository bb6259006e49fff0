import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { type FollowedLog, followLog } from '../../adapters/files/follow-log.ts'
import type { LogPlace } from '../../adapters/files/lines-backwards.ts'
import type { App } from '../../app.ts'
import type { Surroundings } from '../command.ts'
import { parseLogLine } from './read-log.ts'

/** How often one looks whether a file has grown, in milliseconds. */
const lookMs = 200

/** A log to be followed: what it is called, and its file. */
export type Source = { readonly name: string; readonly path: string }

/**
 * Shows lines as they come, until Ctrl-C or until nobody reads them any more. `newest` is asked whenever the
 * event log has grown: when it names another file, what is left of the present one is shown first.
 */
export async function followLines(
  app: App,
  start: { readonly source: Source; readonly from: LogPlace | null },
  how: {
    readonly isWanted: (line: string) => boolean
    readonly json: boolean
    readonly newest: () => Promise<Source>
  },
  { io, print }: Pick<Surroundings, 'io' | 'print'>,
): Promise<void> {
  let { source } = start
  let log = followLog(source.path, start.from)
  let isNews = true
  const over = new AbortController()
  const forget = io.onSignal(['SIGINT', 'SIGTERM', 'SIGHUP'], () => over.abort())
  const bell = app.log.bell.subscribe(() => {
    isNews = true
  })
  const isOver = (): boolean => over.signal.aborted || io.isUnread()
  const outlet: Outlet = { io, isWanted: how.isWanted, json: how.json, isOver }
  try {
    while (!isOver()) {
      const next = isNews ? await how.newest() : source
      isNews = false
      await showNew(log, outlet)
      if (next.path === source.path) {
        await pause(lookMs, undefined, { signal: over.signal }).catch(() => undefined) // asked to end
        continue
      }
      await show([log.rest()].filter(Boolean), outlet)
      await log.close()
      source = next
      log = followLog(source.path, null)
      print.note(print.paint.dim(`${source.name}: ${source.path}`))
    }
  } finally {
    forget()
    bell.unsubscribe()
    await log.close()
  }
}

type Outlet = {
  readonly io: Surroundings['io']
  readonly isWanted: (line: string) => boolean
  readonly json: boolean
  readonly isOver: () => boolean
}

async function showNew(log: FollowedLog, outlet: Outlet): Promise<void> {
  for (let lines = await log.read(); lines.length > 0 && !outlet.isOver(); lines = await log.read()) {
    await show(lines, outlet)
  }
}

/** Waits for a reader who is slow, so that nothing piles up here. */
async function show(lines: readonly string[], { io, isWanted, json }: Outlet): Promise<void> {
  const wanted = lines.filter(isWanted)
  if (wanted.length === 0) return
  const shown = json ? wanted.map((line) => JSON.stringify(parseLogLine(line))) : wanted
  io.out(`${shown.join('\n')}\n`)
  if (!io.terminal.writableNeedDrain) return
  await Promise.race([once(io.terminal, 'drain'), once(io.terminal, 'close')])
}
