import { useEffect, useState } from 'preact/hooks'
import { harmless } from '../../projections/harmless.ts'
import type { PluginRow } from '../../web/shapes.ts'
import { fetchPlugins } from '../server.ts'

/** How often plugins are asked after. */
const lookMs = 3_000

const heads = ['Plugin', 'Namespace', 'State', 'Delivery', 'Behind', 'Errors', 'Refused', 'Parked', 'Problem']

/** How plugins fare now: that is kept beside the log, so their past cannot be shown. */
export function Plugins({ isPresent }: { isPresent: boolean }) {
  const [rows, setRows] = useState<readonly PluginRow[] | string | null>(null)
  useEffect(() => {
    const look = (): void => {
      fetchPlugins().then(setRows, (thrown: Error) => setRows(thrown.message))
    }
    look()
    const timer = setInterval(look, lookMs)
    return () => clearInterval(timer)
  }, [])
  return (
    <section aria-labelledby="plugins">
      <div class="bar">
        <h3 id="plugins">Plugins</h3>
        {!isPresent && <p>as they are now, not as they were</p>}
      </div>
      {typeof rows === 'string' && <p>{rows}</p>}
      {Array.isArray(rows) && <Rows rows={rows} />}
    </section>
  )
}

function Rows({ rows }: { rows: readonly PluginRow[] }) {
  if (rows.length === 0) return <p class="empty panel">No plugin has run here yet.</p>
  const parked = rows.flatMap(({ plugin, parked: its }) => its.map((one) => ({ plugin, ...one })))
  return (
    <>
      <div class="scroll panel">
        <table class="plugins">
          <thead>
            <tr>
              {heads.map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={`${row.namespace}/${row.plugin}`}>
                <th scope="row">{harmless(row.plugin)}</th>
                <td>{harmless(row.namespace)}</td>
                <td class={`state ${row.state}`}>{row.state}</td>
                <td>{row.lag === null ? 'what happens now' : 'every event'}</td>
                <td>{row.lag === null ? '–' : row.lag === 0 ? 'up to date' : `${row.lag} events`}</td>
                <td>{row.errors}</td>
                <td>{row.refused + row.throttled}</td>
                <td>{row.parked.length}</td>
                <td>{harmless(row.problem ?? '')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {parked.length > 0 && (
        <>
          <h4>Could not be delivered, and wait for a person</h4>
          <ul class="panel">
            {parked.slice(0, 100).map(({ plugin, position, type, subject, tries, problem }) => (
              <li key={`${plugin} ${position}`}>
                <b>{harmless(plugin)}</b>: event {position}, <code>{type}</code> of {harmless(subject)},{' '}
                {tries} tries: {harmless(problem)}
              </li>
            ))}
          </ul>
          <p class="hint">
            <code>loopwork plugins retry</code> tries them again, <code>loopwork plugins skip</code> lets them
            go.
          </p>
        </>
      )}
    </>
  )
}
