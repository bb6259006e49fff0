import { useEffect, useState } from 'preact/hooks'
import type { State } from './store.ts'

/** The present, in milliseconds: it goes on while things are live; in the past it is when the last event happened. */
export function useNow({ shown, isRecording, frame }: State): number {
  const isLive = shown === null && !isRecording
  const [now, setNow] = useState(Date.now())
  useEffect(() => {
    if (!isLive) return
    const timer = setInterval(() => setNow(Date.now()), 1_000)
    return () => clearInterval(timer)
  }, [isLive])
  return isLive ? Math.max(now, Date.parse(frame.at) || 0) : Date.parse(frame.at) || 0
}
