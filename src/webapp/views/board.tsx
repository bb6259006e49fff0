import { useMemo, useState } from 'preact/hooks'
import { harmless } from '../../projections/harmless.ts'
import { openQuestion, type TaskRow } from '../../projections/task-row.ts'
import { duration } from '../../projections/wording.ts'
import type { ViewProps } from '../app.tsx'
import type { Frame } from '../history.ts'
import { useNow } from '../now.ts'
import { linkTo } from '../route.ts'
import { columnOf, columns, costText, countsIn, dayTotalOf, reasonOf, stateText, tasksIn } from '../rows.ts'
import type { Asked } from '../server.ts'

/** How many cards of a column are shown before one asks for more. */
const cardsAtFirst = 60

/** Every task by what it is doing. */
export function Board({ store, state }: ViewProps) {
  const [filter, setFilter] = useState('')
  const [feature, setFeature] = useState('')
  const { frame } = state
  const now = useNow(state)
  const ask = state.shown === null && !state.isRecording ? store.ask : null
  const all = useMemo(
    () => <Columns frame={frame} wanted={filter.toLowerCase()} feature={feature} now={now} ask={ask} />,
    [frame, filter, feature, now, ask],
  )
  const features = useMemo(() => featuresIn(frame), [frame])
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
        {features.length > 1 && (
          <label>
            Feature{' '}
            <select value={feature} onChange={({ currentTarget }) => setFeature(currentTarget.value)}>
              <option value="">all</option>
              {features.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>
        )}
        <p>
          Today {costText(dayTotalOf(frame, frame.at))}
          {state.dailyBudgetUsd === null ? '' : ` of $${state.dailyBudgetUsd.toFixed(2)}`}
        </p>
      </div>
      {all}
    </>
  )
}

/** What a card may ask for; null where nothing can be asked. */
type Ask = ((asked: Asked) => void) | null

type ColumnsProps = { frame: Frame; wanted: string; feature: string; now: number; ask: Ask }

function Columns({ frame, wanted, feature: only, now, ask }: ColumnsProps) {
  const counts = countsIn(frame)
  const byColumn = new Map<string, TaskRow[]>(columns.map(([name]) => [name, []]))
  for (const task of tasksIn(frame)) {
    const { id, title, feature, state } = task
    if (only !== '' && feature !== only) continue
    if (wanted !== '' && !`${id} ${title} ${feature ?? ''}`.toLowerCase().includes(wanted)) continue
    byColumn.get(columnOf[state])?.push(task)
  }
  if (frame.board.size === 0)
    return (
      <p class="empty panel">
        No task is known yet. <code>loopwork start</code> takes them from the backlog.
      </p>
    )
  const isWhole = wanted === '' && only === ''
  return (
    <div class="board">
      {columns.map(([name, states]) => (
        <Column
          key={name}
          name={name}
          count={
            isWhole
              ? states.reduce((sum, one) => sum + (counts[one] ?? 0), 0)
              : (byColumn.get(name)?.length ?? 0)
          }
          tasks={byColumn.get(name) ?? []}
          now={now}
          ask={ask}
        />
      ))}
    </div>
  )
}

type ColumnProps = { name: string; count: number; tasks: readonly TaskRow[]; now: number; ask: Ask }

function Column({ name, count, tasks, now, ask }: ColumnProps) {
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
          <Card key={nth} task={task} now={now} ask={ask} />
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

/** Where a person can do something about it. */
const needsHelp = new Set(['failed', 'needsPerson'])

function Card({ task, now, ask }: { task: TaskRow; now: number; ask: Ask }) {
  const { id, title, state, priority, feature, attempts, open, notBefore } = task
  const reason = reasonOf(task)
  const since = duration(now - Date.parse(open?.since ?? task.since))
  const question = openQuestion(task)
  return (
    <li class={`card ${state}`}>
      <a href={linkTo('task', task.stream)}>
        <bdi class="id">{harmless(id)}</bdi> <bdi>{harmless(title)}</bdi>
      </a>
      <p>
        {[
          `${stateText(state)} ${since}`,
          open ? (open.model ?? open.agent) : '',
          priority === 'medium' ? '' : priority,
          feature ?? '',
          attempts > 1 ? `${attempts} attempts` : '',
          notBefore ? `until ${notBefore.slice(11, 16)} UTC` : '',
        ]
          .filter(Boolean)
          .map(harmless)
          .join(' · ')}
      </p>
      {question && <p class="reason asks">Asks: {harmless(question.text).slice(0, 200)}</p>}
      {reason && <p class="reason">{harmless(reason).slice(0, 300)}</p>}
      {ask && needsHelp.has(state) && (
        <p class="buttons">
          <button
            type="button"
            aria-label={`Try ${harmless(id)} again`}
            onClick={() => confirm(`Put back to the start: ${id}?`) && ask({ do: 'retry', task: id })}
          >
            Try again
          </button>
        </p>
      )}
    </li>
  )
}

function featuresIn(frame: Frame): string[] {
  const names = tasksIn(frame).flatMap(({ feature }) => feature ?? [])
  return [...new Set(names)].sort()
}
