import type { Fact } from '../events/catalogue.ts'
import type { Found, Piece, PluginRow, Shown, Start } from '../web/shapes.ts'

/** What the server said was wrong, for the person. */
export class Refused extends Error {}

async function ask<T>(path: string, init?: RequestInit): Promise<T> {
  const response = await fetch(path, init)
  const body = await response.json().catch(() => null)
  if (response.ok) return body as T
  throw new Refused(body?.error?.message ?? `the server answered ${response.status}`)
}

export const fetchFacts = (after: number): Promise<{ head: number; facts: readonly Fact[] }> =>
  ask(`/api/facts?after=${after}&limit=5000`)

export const fetchStart = (): Promise<Start> => ask('/api/start')

/** Which part of a file: its end, what follows a byte, or what comes before one. */
export type Place =
  | { readonly at: 'end' }
  | { readonly at: 'from'; readonly from: number }
  | { readonly at: 'before'; readonly before: number }

export function fetchOutput(stream: string, attempt: number, which: Shown, place: Place): Promise<Piece> {
  const part = {
    ...(place.at === 'from' ? { offset: String(place.from) } : {}),
    ...(place.at === 'before' ? { before: String(place.before) } : {}),
  }
  return ask(`/api/output?${new URLSearchParams({ stream, attempt: String(attempt), which, ...part })}`)
}

/** Searches the whole of a file. */
export const fetchFound = (stream: string, attempt: number, which: Shown, text: string): Promise<Found> =>
  ask(`/api/search?${new URLSearchParams({ stream, attempt: String(attempt), which, text })}`)

export const fetchPlugins = (): Promise<readonly PluginRow[]> => ask('/api/plugins')

/** What may be asked for: the same as on the terminal. */
export type Asked =
  | { readonly do: 'pause' | 'continue' | 'stop' | 'kill'; readonly namespace: string }
  | { readonly do: 'skip' | 'retry'; readonly task: string }
  | { readonly do: 'answer'; readonly task: string; readonly text: string }

export async function sendAct(asked: Asked): Promise<string> {
  const { text } = await ask<{ text: string }>('/api/act', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(asked),
  })
  return text
}

/** How things stand with the server: a cut connection is taken up again, one that was refused is not. */
export type Connection = 'open' | 'cut' | 'ended'

/** Facts as they happen, from a position on; a cut connection is taken up again by the browser, where it was. */
export function followFacts(
  after: number,
  heard: (batch: readonly Fact[]) => void,
  changed: (connection: Connection) => void,
): void {
  const source = new EventSource(`/api/events?after=${after}`)
  source.onopen = () => changed('open')
  source.onerror = () => changed(source.readyState === EventSource.CLOSED ? 'ended' : 'cut')
  source.onmessage = ({ data }) => heard(JSON.parse(data) as Fact[])
}
