import { useMemo, useState } from 'preact/hooks'
import type { TaskRow } from '../../projections/task-row.ts'
import { duration } from '../../projections/wording.ts'
import type { ViewProps } from '../app.tsx'
import type { Frame } from '../history.ts'
import { linkTo } from '../route.ts'
import { columnOf, columns, costText, countsIn, dayTotalOf, tasksIn } from '../rows.ts'
import { safe } from '../safe-text.ts'

/** How many cards of a column are shown before one asks for more. */
const cardsAtFirst = 60

/** Every task by what it is doing. */
export function Board({ state }: ViewProps) {
  const [filter, setFilter] = useState('')
  const { frame } = state
  const all = useMemo(() => <Columns frame={frame} wanted={filter.toLowerCase()} />, [frame, filter])
  return (
    <>
      <div class="bar">
        <h2>Board</h2>
        <label>
          Filter{' '}
          <input
            type="search"
            value={filter}
            placeholder="id, title or feature"
            onInput={({ currentTarget }) => setFilter(currentTarget.value)}
          />
        </label>
        <p>
          Today {costText(dayTotalOf(frame, frame.at))}
          {state.dailyBudgetUsd === null ? '' : ` of $${state.dailyBudgetUsd.toFixed(2)}`}
        </p>
      </div>
      {all}
    </>
  )
}

function Columns({ frame, wanted }: { frame: Frame; wanted: string }) {
  const counts = countsIn(frame)
  const byColumn = new Map<string, TaskRow[]>(columns.map(([name]) => [name, []]))
  for (const task of tasksIn(frame)) {
    const { id, title, feature, state } = task
    if (wanted !== '' && !`${id} ${title} ${feature ?? ''}`.toLowerCase().includes(wanted)) continue
    byColumn.get(columnOf[state])?.push(task)
  }
  if (frame.board.size === 0)
    return <p>No task is known yet. `loopwork start` takes them from the backlog.</p>
  return (
    <div class="board">
      {columns.map(([name, states]) => (
        <Column
          key={name}
          name={name}
          count={states.reduce((sum, one) => sum + (counts[one] ?? 0), 0)}
          tasks={byColumn.get(name) ?? []}
          now={frame.at}
        />
      ))}
    </div>
  )
}

function Column(props: { name: string; count: number; tasks: readonly TaskRow[]; now: string }) {
  const { name, count, tasks, now } = props
  const [most, setMost] = useState(cardsAtFirst)
  const id = `column-${name.replaceAll(' ', '-')}`
  return (
    <section aria-labelledby={id} class={count === 0 ? 'column empty' : 'column'}>
      <h3 id={id}>
        {name} <span class="count">{count}</span>
      </h3>
      <ul>
        {tasks.slice(0, most).map((task, nth) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: cards keep nothing, and are filled anew faster than moved
          <Card key={nth} task={task} now={now} />
        ))}
      </ul>
      {tasks.length > most && (
        <button type="button" onClick={() => setMost(most * 4)}>
          {tasks.length - most} more
        </button>
      )}
    </section>
  )
}

function Card({ task, now }: { task: TaskRow; now: string }) {
  const { id, title, state, priority, feature, attempts, reason, open, notBefore } = task
  const since = duration(Date.parse(now) - Date.parse(open?.since ?? task.since))
  return (
    <li class={`card ${state}`}>
      <a href={linkTo('task', task.stream)}>
        <bdi class="id">{safe(id)}</bdi> <bdi>{safe(title)}</bdi>
      </a>
      <p>
        {state} · {since} · {priority}
        {feature ? ` · ${safe(feature)}` : ''}
        {attempts > 1 ? ` · ${attempts} attempts` : ''}
        {notBefore ? ` · until ${notBefore.slice(11, 16)} UTC` : ''}
      </p>
      {reason && state !== 'completed' && <p class="reason">{safe(reason).slice(0, 300)}</p>}
    </li>
  )
}
