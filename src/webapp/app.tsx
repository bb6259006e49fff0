import { useEffect, useState } from 'preact/hooks'
import { Announcer } from './announcer.tsx'
import { Keys } from './keys.tsx'
import { linkTo, useRoute } from './route.ts'
import { Slider } from './slider.tsx'
import type { State, Store } from './store.ts'
import { Board } from './views/board.tsx'
import { Costs } from './views/costs.tsx'
import { Events } from './views/events.tsx'
import { Graph } from './views/graph.tsx'
import { Inspect } from './views/inspect.tsx'
import { Loops } from './views/loops.tsx'
import { Task } from './views/task.tsx'
import { Timeline } from './views/timeline.tsx'

const pages = [
  ['board', 'Board'],
  ['timeline', 'Timeline'],
  ['costs', 'Costs'],
  ['graph', 'Dependencies'],
  ['loops', 'Namespaces'],
  ['events', 'Events'],
  ['inspect', 'Inspector'],
] as const
const names = pages.map(([name]) => name)

export type ViewProps = { readonly store: Store; readonly state: State; readonly subject: string }

/** The frame around every page: where one can go, whose project it is, and which moment is shown. */
export function App({ store }: { store: Store }) {
  const [state, setState] = useState(store.state())
  useEffect(() => store.subscribe(() => setState(store.state())), [store])
  const { page, subject } = useRoute()
  useEffect(() => {
    const title = pages.find(([name]) => name === page)?.[1] ?? 'Task'
    document.title = `${subject ? `${subject.slice(subject.lastIndexOf('/') + 1)} · ` : ''}${title} · loopwork`
    document.querySelector('nav [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [page, subject])

  return (
    <>
      <button type="button" class="unseen" onClick={() => document.getElementById('content')?.focus()}>
        Go to the content
      </button>
      <header>
        <h1>
          <span aria-hidden="true">∞</span> loopwork
        </h1>
        <nav aria-label="Pages">
          {pages.map(([name, title], nth) => (
            <a
              key={name}
              href={linkTo(name)}
              title={`Key ${nth + 1}`}
              {...(name === (page === 'task' ? 'board' : page) ? { 'aria-current': 'page' as const } : {})}
            >
              {title}
            </a>
          ))}
        </nav>
        <p class="place">
          <bdi>{state.project}</bdi>
          {state.isRecording ? ' (a recording)' : ''}
        </p>
        <Keys store={store} pages={names} />
      </header>
      <Slider store={store} state={state} />
      <Notices state={state} />
      <Announcer store={store} state={state} />
      <main id="content" tabIndex={-1}>
        <View page={page} store={store} state={state} subject={subject} />
      </main>
    </>
  )
}

function View({ page, ...props }: ViewProps & { page: string }) {
  switch (page) {
    case 'timeline':
      return <Timeline {...props} />
    case 'costs':
      return <Costs {...props} />
    case 'graph':
      return <Graph {...props} />
    case 'loops':
      return <Loops {...props} />
    case 'events':
      return <Events {...props} />
    case 'inspect':
      return <Inspect {...props} />
    case 'task':
      return <Task {...props} />
    default:
      return <Board {...props} />
  }
}

function Notices({ state: { loading, notice, connection } }: { state: State }) {
  return (
    <div class="notices" role="status">
      {loading && (
        <p>
          Reading the log: {loading.have} of {loading.of || '…'} events
        </p>
      )}
      {connection === 'cut' && <p>The connection is cut; it is taken up again where it was.</p>}
      {connection === 'ended' && <p>The server has ended. Run `loopwork ui` again and open its new link.</p>}
      {notice && <p>{notice}</p>}
    </div>
  )
}
