import type { Chart, Present } from '../web/shapes.ts'
import { createHistory, type Frame, type History } from './history.ts'
import { type Asked, type Connection, fetchFacts, fetchStart, followFacts, sendAct } from './server.ts'

/** What the pages are drawn from. */
export type State = {
  readonly frame: Frame
  /** The position that is shown; null for the present. */
  readonly shown: number | null
  readonly head: number
  /** How much of the log has been received so far. */
  readonly loading: { readonly have: number; readonly of: number } | null
  readonly connection: Connection
  readonly project: string
  readonly dailyBudgetUsd: number | null
  /** Whether only a recording is shown: nothing can be asked for. */
  readonly isRecording: boolean
  readonly charts: readonly Chart[]
  readonly notice: string
}

export type Store = {
  readonly history: History
  state(): State
  subscribe(hear: () => void): () => void
  /** Shows the past at a position; null goes back to the present. */
  show(position: number | null): void
  ask(asked: Asked): void
}

/** How long a notice stays. */
const noticeMs = 10_000

export function createStore(): Store {
  const history = createHistory()
  const listeners = new Set<() => void>()
  let state: State = {
    frame: history.at(0),
    shown: null,
    head: 0,
    loading: { have: 0, of: 0 },
    connection: 'open',
    project: '',
    dailyBudgetUsd: null,
    isRecording: false,
    charts: [],
    notice: '',
  }
  let isDrawing = false
  /** What is shown until the log has been read. */
  let present: Frame = history.at(0)

  /** Draws once a frame, however much has happened. */
  const change = (more: Partial<State>): void => {
    state = { ...state, ...more }
    if (isDrawing) return
    isDrawing = true
    requestAnimationFrame(() => {
      isDrawing = false
      for (const hear of listeners) hear()
    })
  }

  const refresh = (more: Partial<State> = {}): void => {
    const shown = 'shown' in more ? (more.shown ?? null) : state.shown
    const isBehind = shown === null && history.head < present.position
    const frame = isBehind ? present : history.at(shown ?? history.head)
    change({ ...more, head: Math.max(history.head, present.position), frame })
  }

  const load = async (): Promise<void> => {
    const { present: rows, ...start } = await fetchStart()
    present = frameOf(rows)
    refresh({ ...start, loading: { have: 0, of: present.position } })
    for (let head = 1; history.head < head; ) {
      const page = await fetchFacts(history.head)
      head = page.head
      history.take(page.facts)
      refresh({ loading: history.head < head ? { have: history.head, of: head } : null })
    }
    refresh({ loading: null })
    followFacts(
      history.head,
      (batch) => {
        history.take(batch)
        refresh()
      },
      (connection) => change({ connection }),
    )
  }

  /** Says what became of a request, for as long as it takes to read it. */
  const notify = (notice: string): void => {
    change({ notice })
    setTimeout(() => state.notice === notice && change({ notice: '' }), noticeMs)
  }

  load().catch((thrown: Error) => change({ notice: thrown.message, loading: null }))

  return {
    history,
    state: () => state,
    subscribe: (hear) => {
      listeners.add(hear)
      return () => listeners.delete(hear)
    },
    show: (position) => refresh({ shown: position }),
    ask: (asked) => {
      sendAct(asked).then(notify, (thrown: Error) => notify(thrown.message))
    },
  }
}

function frameOf({ board, costs, loops, ...moment }: Present): Frame {
  return { ...moment, board: new Map(board), costs: new Map(costs), loops: new Map(loops), bill: new Map() }
}
