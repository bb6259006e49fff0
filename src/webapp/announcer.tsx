import { useEffect, useRef, useState } from 'preact/hooks'
import { harmless } from '../projections/harmless.ts'
import { narrate } from '../projections/narration.ts'
import type { State, Store } from './store.ts'

/** At most one sentence in so many milliseconds: whoever listens must be able to do something else, too. */
const pauseMs = 4_000

/** What is worth an interruption. */
const told = new Set([
  'task.completed',
  'task.failed',
  'task.personNeeded',
  'task.asked',
  'loop.stopped',
  'loop.held',
])

/** Says aloud what has changed, to those who cannot see it. */
export function Announcer({ store, state: { frame, shown, loading } }: { store: Store; state: State }) {
  const [text, setText] = useState('')
  const heard = useRef({ position: -1, at: 0 })
  const isLive = shown === null && loading === null
  useEffect(() => {
    const { position, at } = heard.current
    if (!isLive || position < 0) {
      heard.current.position = isLive ? frame.position : -1
      return
    }
    const news = store.history.facts
      .slice(position, frame.position)
      .filter(({ event }) => told.has(event.type))
    const last = news.at(-1)
    if (!last || Date.now() - at < pauseMs) return
    const { subject, text: sentence } = narrate(last)
    const others = news.length > 1 ? `; ${news.length - 1} more changes` : ''
    setText(harmless(`${subject} ${sentence}`).slice(0, 200) + others)
    heard.current = { position: frame.position, at: Date.now() }
  }, [store, frame, isLive])
  return (
    <p class="unseen" aria-live="polite">
      {text}
    </p>
  )
}
