import { namespaceKey } from '../../projections/costs.ts'
import { harmless } from '../../projections/harmless.ts'
import type { LoopRow } from '../../projections/loops.ts'
import type { ViewProps } from '../app.tsx'
import { linkTo } from '../route.ts'
import { costText, loopsIn, tasksIn, totalsAt } from '../rows.ts'
import type { Store } from '../store.ts'
import { Plugins } from './plugins.tsx'

/** Every namespace: what its loop is doing, why, and until when. */
export function Loops({ store, state }: ViewProps) {
  const loops = loopsIn(state.frame)
  return (
    <>
      <div class="bar">
        <h2>Namespaces</h2>
      </div>
      {loops.length === 0 && <p class="empty panel">Nothing has run here yet.</p>}
      {loops.length > 0 && (
        <div class="scroll panel">
          <table>
            <thead>
              <tr>
                {[
                  'Namespace',
                  'State',
                  'Since',
                  'Why',
                  'Works on',
                  'Until',
                  'Attempts',
                  'Spent in all',
                  'Process',
                  'Actions',
                ].map((head) => (
                  <th key={head} scope="col">
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {loops.map((loop) => (
                <tr key={loop.namespace}>
                  <th scope="row">
                    <a href={linkTo('inspect', `loop/${loop.namespace}`)}>{harmless(loop.namespace)}</a>
                  </th>
                  <td class={`state ${loop.state}`}>{loop.state}</td>
                  <td>{loop.since.slice(0, 19).replace('T', ' ')}</td>
                  <td>
                    {harmless(loop.backlogProblem ?? loop.reason)}
                    {loop.bars.map((bar) => (
                      <p key={bar.agent} class="reason">
                        {bar.agent} is not used before {bar.until ?? 'somebody has looked'}:{' '}
                        {harmless(bar.reason)}
                      </p>
                    ))}
                  </td>
                  <td>
                    <Workers state={state} loop={loop} />
                  </td>
                  <td>{loop.until?.slice(0, 16).replace('T', ' ') ?? '–'}</td>
                  <td>{loop.iterations}</td>
                  <td>{costText(totalsAt(state.frame, namespaceKey(loop.namespace)))}</td>
                  <td>{loop.holder?.pid ?? '–'}</td>
                  <td>
                    {state.shown === null && !state.isRecording && <Actions store={store} loop={loop} />}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {!state.isRecording && <Plugins isPresent={state.shown === null} />}
    </>
  )
}

/** What each worker of a loop has in hand. */
function Workers({ state, loop }: { state: ViewProps['state']; loop: LoopRow }) {
  const open = tasksIn(state.frame).filter((task) => task.open?.namespace === loop.namespace)
  const of = loop.options.terms?.parallel ?? 1
  return (
    <>
      {open.length} of {of}
      {open.map((task) => (
        <p key={task.stream} class="reason">
          {of > 1 ? `${task.open?.worker}: ` : ''}
          <a href={linkTo('task', task.stream)}>{harmless(task.id)}</a>
        </p>
      ))}
    </>
  )
}

function Actions({ store, loop: { namespace, state, pause } }: { store: Store; loop: LoopRow }) {
  const steer = (
    <button type="button" onClick={() => store.ask({ do: pause ? 'continue' : 'pause', namespace })}>
      {pause ? 'Continue' : 'Pause'}
    </button>
  )
  if (state === 'stopped') return <span class="buttons">{steer}</span>
  return (
    <span class="buttons">
      {steer}
      <button
        type="button"
        onClick={() =>
          confirm(`Let what runs in ${namespace} end, then stop it?`) && store.ask({ do: 'stop', namespace })
        }
      >
        Stop
      </button>
      <button
        type="button"
        onClick={() =>
          confirm(`End what runs in ${namespace} at once?`) && store.ask({ do: 'kill', namespace })
        }
      >
        Kill
      </button>
    </span>
  )
}
