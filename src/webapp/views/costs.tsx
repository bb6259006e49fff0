import { useMemo, useState } from 'preact/hooks'
import { harmless } from '../../projections/harmless.ts'
import type { Totals } from '../../projections/money.ts'
import { tokenCount } from '../../projections/wording.ts'
import type { ViewProps } from '../app.tsx'
import { billOf, type Grouping, groupings } from '../bill.ts'
import { costText, dayTotalOf, shareText, totalOf } from '../rows.ts'

const rowsAtMost = 300

/** What was spent, by whatever one asks for; against the budget where it is by day. */
export function Costs({ state }: ViewProps) {
  const [grouping, setGrouping] = useState<Grouping>('day')
  const { frame, dailyBudgetUsd, loading } = state
  const rows = useMemo(
    () =>
      billOf(frame, grouping).sort(([a, x], [b, y]) =>
        grouping === 'day' ? (a < b ? 1 : -1) : y.costUsd - x.costUsd,
      ),
    [frame, grouping],
  )
  return (
    <>
      <div class="bar">
        <h2>Costs</h2>
        <fieldset class="choice">
          <legend>By</legend>
          {groupings.map((name) => (
            <button
              key={name}
              type="button"
              aria-pressed={name === grouping}
              onClick={() => setGrouping(name)}
            >
              {name}
            </button>
          ))}
        </fieldset>
      </div>
      <Sums state={state} />
      {rows.length === 0 && (
        <p class="empty panel">{loading ? 'The log is still being read.' : 'Nothing was spent yet.'}</p>
      )}
      {rows.length > 0 && (
        <Bill rows={rows} grouping={grouping} budgetUsd={dailyBudgetUsd} totalUsd={totalOf(frame).costUsd} />
      )}
      {rows.length > rowsAtMost && (
        <p>
          The first {rowsAtMost} of {rows.length} are shown.
        </p>
      )}
      <p class="hint">
        “At least” means that attempts of unknown cost are left out. An estimate rests on a price list instead
        of the agent’s own figure. Days are those of UTC.
      </p>
    </>
  )
}

/** Today against its budget, everything so far, and what is not known. */
function Sums({ state: { frame, dailyBudgetUsd } }: { state: ViewProps['state'] }) {
  const [today, total] = [dayTotalOf(frame, frame.at), totalOf(frame)]
  return (
    <dl class="tiles">
      <div>
        <dt>{frame.at ? frame.at.slice(0, 10) : 'Today'}</dt>
        <dd>{costText(today)}</dd>
        {dailyBudgetUsd !== null && (
          <dd class="hint">
            {shareText(today, dailyBudgetUsd)} of ${dailyBudgetUsd.toFixed(2)}, the budget of a day
            <meter
              min={0}
              max={dailyBudgetUsd}
              high={dailyBudgetUsd * 0.8}
              value={today.costUsd}
              aria-label="Spent of the budget"
            />
          </dd>
        )}
      </div>
      <div>
        <dt>In all</dt>
        <dd>{costText(total)}</dd>
      </div>
      <div>
        <dt>Attempts</dt>
        <dd>{total.attempts}</dd>
        {total.unknownCost > 0 && <dd class="hint">{total.unknownCost} of unknown cost</dd>}
      </div>
      <div>
        <dt>Tokens</dt>
        <dd>{tokenCount(sum(total, 'input') + sum(total, 'output'))}</dd>
        <dd class="hint">and {tokenCount(sum(total, 'cacheRead'))} from cache</dd>
      </div>
    </dl>
  )
}

type BillProps = {
  rows: readonly [string, Totals][]
  grouping: Grouping
  budgetUsd: number | null
  totalUsd: number
}

function Bill({ rows, grouping, budgetUsd, totalUsd }: BillProps) {
  const isAgainstBudget = grouping === 'day' && budgetUsd !== null
  const whole = isAgainstBudget ? budgetUsd : totalUsd
  const share = isAgainstBudget ? 'Of the budget' : 'Share'
  return (
    <div class="scroll panel">
      <table class="bill">
        <thead>
          <tr>
            {[capital(grouping), 'Spent', share, 'Attempts', 'Tokens in', 'Tokens out', 'From cache'].map(
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
              <th scope="row">{harmless(key)}</th>
              <td>{costText(totals)}</td>
              <td>
                <meter
                  min={0}
                  max={Math.max(0.000001, whole)}
                  {...(isAgainstBudget ? { high: whole * 0.8 } : {})}
                  value={totals.costUsd}
                  aria-label={`Spent on ${harmless(key)}`}
                />{' '}
                {shareText(totals, whole)}
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
  )
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)

function sum({ models }: Totals, kind: 'input' | 'output' | 'cacheRead'): number {
  return Object.values(models).reduce((all, tokens) => all + tokens[kind], 0)
}
