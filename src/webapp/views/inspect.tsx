import { useMemo, useState } from 'preact/hooks'
import { harmless } from '../../projections/harmless.ts'
import type { ViewProps } from '../app.tsx'
import { lifeOf } from '../life.ts'
import { linkTo } from '../route.ts'
import { loopsIn, machinesIn, stateText, streamCalled, tasksIn } from '../rows.ts'
import { ChartView } from './chart.tsx'

/** How many machines are offered while a name is typed. */
const machinesOffered = 50

/** One machine: its chart with the present state lit, its context, and what could happen to it next. */
export function Inspect({ store, state, subject }: ViewProps) {
  const { frame, charts } = state
  const subjects = useMemo(() => machinesIn(frame), [frame])
  const stream = subject ? streamCalled(frame, subject) : (subjects[0] ?? null)
  const [wanted, setWanted] = useState('')
  const offered = subjects.filter((name) => name.includes(wanted)).slice(0, machinesOffered)
  const life = useMemo(
    () => (stream ? lifeOf(store.history.of(stream, frame.position), stream) : null),
    [store, frame, stream],
  )
  const chart = charts.find(({ id }) => id === (stream?.startsWith('loop/') ? 'loop' : 'task'))
  return (
    <>
      <div class="bar">
        <h2>Inspector</h2>
        <label>
          Machine{' '}
          <input
            type="search"
            list="machines"
            value={stream ?? subject}
            onInput={({ currentTarget }) => setWanted(currentTarget.value)}
            onChange={({ currentTarget }) => {
              location.hash = linkTo('inspect', currentTarget.value)
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
      {!life && (
        <p class="empty panel">
          {subject ? 'At this moment the log knows no machine of this name.' : 'Nothing has a life yet.'}
        </p>
      )}
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
                    <code>{harmless(JSON.stringify(value) ?? '').slice(0, 400)}</code>
                  </dd>
                </div>
              ))}
            </dl>
            <h3>Actors</h3>
            <ul class="actors">
              {loopsIn(frame).map((loop) => (
                <li key={loop.namespace}>
                  <a href={linkTo('inspect', `loop/${loop.namespace}`)}>loop/{harmless(loop.namespace)}</a>{' '}
                  {loop.state}
                  <ul>
                    {tasksIn(frame)
                      .filter(({ open }) => open?.namespace === loop.namespace)
                      .map((task) => (
                        <li key={task.stream}>
                          <a href={linkTo('inspect', task.stream)}>{harmless(task.stream)}</a> {task.state}
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
