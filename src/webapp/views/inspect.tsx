import { useMemo, useState } from 'preact/hooks'
import type { ViewProps } from '../app.tsx'
import { lifeOf } from '../life.ts'
import { linkTo } from '../route.ts'
import { loopsIn, stateText, tasksIn } from '../rows.ts'
import { safe } from '../safe-text.ts'
import { ChartView } from './chart.tsx'

/** How many machines are offered while a name is typed. */
const machinesOffered = 50

/** One machine: its chart with the present state lit, its context, and what could happen to it next. */
export function Inspect({ store, state, subject }: ViewProps) {
  const { frame, charts } = state
  const subjects = useMemo(() => subjectsIn(frame), [frame])
  const stream = subject || subjects[0] || ''
  const [wanted, setWanted] = useState('')
  const offered = subjects.filter((name) => name.includes(wanted)).slice(0, machinesOffered)
  const life = useMemo(
    () => (stream ? lifeOf(store.history.of(stream, frame.position), stream) : null),
    [store, frame, stream],
  )
  const chart = charts.find(({ id }) => id === (stream.startsWith('loop/') ? 'loop' : 'task'))
  return (
    <>
      <div class="bar">
        <h2>Inspector</h2>
        <label>
          Machine{' '}
          <input
            type="search"
            list="machines"
            value={stream}
            onInput={({ currentTarget }) => setWanted(currentTarget.value)}
            onChange={({ currentTarget }) => {
              const found = subjects.find(
                (name) => name === currentTarget.value || name.endsWith(`/${currentTarget.value}`),
              )
              if (found) location.hash = linkTo('inspect', found)
            }}
          />
          <datalist id="machines">
            {offered.map((name) => (
              <option key={name} value={name} />
            ))}
          </datalist>
        </label>
        {life && (
          <p>
            <span class={`chip ${life.state}`}>{stateText(life.state)}</span>
            {life.last ? ` by ${life.last.event.type} at position ${life.last.position}` : ''}
          </p>
        )}
      </div>
      {!life && <p class="empty panel">Nothing has a life yet.</p>}
      {life && chart && (
        <div class="inspector">
          <ChartView chart={chart} state={life.state} arrow={life.arrow} />
          <section aria-labelledby="next" class="panel">
            <h3 id="next">What could happen next</h3>
            <ul class="next">
              {life.next.map(({ event, refusal }) =>
                refusal ? null : (
                  <li key={event}>
                    <code>{event}</code>
                  </li>
                ),
              )}
            </ul>
            <details>
              <summary>What could not, and why</summary>
              <ul class="refused">
                {life.next.map(({ event, refusal }) =>
                  refusal ? (
                    <li key={event}>
                      <code>{event}</code>: {refusal}
                    </li>
                  ) : null,
                )}
              </ul>
            </details>
            <h3>Context</h3>
            <dl>
              {Object.entries(life.context).map(([key, value]) => (
                <div key={key} class={life.changed.has(key) ? 'changed' : ''}>
                  <dt>{key}</dt>
                  <dd>
                    <code>{safe(JSON.stringify(value) ?? '').slice(0, 400)}</code>
                  </dd>
                </div>
              ))}
            </dl>
            <h3>Actors</h3>
            <ul class="actors">
              {loopsIn(frame).map((loop) => (
                <li key={loop.namespace}>
                  <a href={linkTo('inspect', `loop/${loop.namespace}`)}>loop/{safe(loop.namespace)}</a>{' '}
                  {loop.state}
                  <ul>
                    {tasksIn(frame)
                      .filter(({ open }) => open?.namespace === loop.namespace)
                      .map((task) => (
                        <li key={task.stream}>
                          <a href={linkTo('inspect', task.stream)}>{safe(task.stream)}</a> {task.state}
                        </li>
                      ))}
                  </ul>
                </li>
              ))}
            </ul>
          </section>
        </div>
      )}
    </>
  )
}

/** Loops first, then tasks that are alive, then the others. */
function subjectsIn(frame: ViewProps['state']['frame']): string[] {
  const tasks = tasksIn(frame)
  const alive = tasks.filter(({ open }) => open)
  const rest = tasks.filter(({ open }) => !open)
  return [
    ...loopsIn(frame).map(({ namespace }) => `loop/${namespace}`),
    ...[...alive, ...rest].map(({ stream }) => stream),
  ]
}
