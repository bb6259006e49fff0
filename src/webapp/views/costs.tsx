import { useMemo, useState } from 'preact/hooks'
import type { Totals } from '../../projections/money.ts'
import { tokenCount } from '../../projections/wording.ts'
import type { ViewProps } from '../app.tsx'
import { billOf, type Grouping, groupings } from '../bill.ts'
import { costText, totalOf } from '../rows.ts'
import { safe } from '../safe-text.ts'

const rowsAtMost = 300

/** What was spent, by whatever one asks for; against the budget where it is by day. */
export function Costs({ state }: ViewProps) {
  const [grouping, setGrouping] = useState<Grouping>('day')
  const { frame } = state
  const rows = useMemo(
    () =>
      billOf(frame, grouping).sort(([a, x], [b, y]) =>
        grouping === 'day' ? (a < b ? 1 : -1) : y.costUsd - x.costUsd,
      ),
    [frame, grouping],
  )
  const most = Math.max(0.000001, state.dailyBudgetUsd ?? 0, ...rows.map(([, { costUsd }]) => costUsd))
  return (
    <>
      <div class="bar">
        <h2>Costs</h2>
        <label>
          By{' '}
          <select
            value={grouping}
            onChange={({ currentTarget }) => setGrouping(currentTarget.value as Grouping)}
          >
            {groupings.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <p>
          In all {costText(totalOf(state.frame))}
          {state.dailyBudgetUsd === null
            ? ''
            : `; the budget of a day is $${state.dailyBudgetUsd.toFixed(2)}`}
        </p>
      </div>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              {[grouping, 'Spent', 'Share', 'Attempts', 'Tokens in', 'Tokens out', 'From cache'].map(
                (head) => (
                  <th key={head} scope="col">
                    {head}
                  </th>
                ),
              )}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, rowsAtMost).map(([key, totals]) => (
              <tr key={key}>
                <th scope="row">{safe(key)}</th>
                <td>{costText(totals)}</td>
                <td>
                  <meter min={0} max={most} value={totals.costUsd} aria-label={`Spent on ${key}`} />
                </td>
                <td>{totals.attempts}</td>
                <td>{tokenCount(sum(totals, 'input'))}</td>
                <td>{tokenCount(sum(totals, 'output'))}</td>
                <td>{tokenCount(sum(totals, 'cacheRead'))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length === 0 && <p>Nothing was spent yet.</p>}
      {rows.length > rowsAtMost && (
        <p>
          The first {rowsAtMost} of {rows.length} are shown.
        </p>
      )}
      <p class="hint">
        “At least” means that attempts of unknown cost are left out. An estimate rests on a price list instead
        of the agent’s own figure.
      </p>
    </>
  )
}

function sum({ models }: Totals, kind: 'input' | 'output' | 'cacheRead'): number {
  return Object.values(models).reduce((all, tokens) => all + tokens[kind], 0)
}
