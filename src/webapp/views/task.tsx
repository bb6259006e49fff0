import { useMemo, useState } from 'preact/hooks'
import type { Fact } from '../../events/catalogue.ts'
import { harmless } from '../../projections/harmless.ts'
import { narrate } from '../../projections/narration.ts'
import type { TaskRow } from '../../projections/task-row.ts'
import { duration } from '../../projections/wording.ts'
import type { Shown } from '../../web/shapes.ts'
import type { ViewProps } from '../app.tsx'
import { attemptsOf } from '../attempts.ts'
import { useNow } from '../now.ts'
import { linkTo } from '../route.ts'
import { costText, reasonOf, stateText, streamCalled, taskAt, tasksIn, totalsAt } from '../rows.ts'
import { AttemptCard } from './attempt.tsx'
import { Output } from './output.tsx'
import { Question } from './question.tsx'

/** The story of one task: what it is, what was tried, what came of it, and what it has cost. */
export function Task({ store, state, subject }: ViewProps) {
  const { frame } = state
  const stream = streamCalled(frame, subject) ?? ''
  const task = taskAt(frame, stream)
  const facts = useMemo(() => store.history.of(stream, frame.position), [store, frame, stream])
  const now = useNow(state)
  if (!task) return <p class="empty">At this moment the log does not know this task.</p>
  const reason = reasonOf(task)
  const canAct = state.shown === null && !state.isRecording
  const ask = (what: 'skip' | 'retry', text: string): void => {
    if (confirm(`${text}: ${task.id}?`)) store.ask({ do: what, task: task.id })
  }
  return (
    <>
      <div class="bar">
        <h2>
          <bdi class="id">{harmless(task.id)}</bdi> <bdi>{harmless(task.title)}</bdi>
        </h2>
        <span class="buttons">
          {canAct && (
            <>
              <button type="button" onClick={() => ask('retry', 'Put back to the start')}>
                Try again
              </button>
              <button type="button" onClick={() => ask('skip', 'Skip')}>
                Skip
              </button>
            </>
          )}
          <a class="button" href={linkTo('inspect', stream)}>
            Inspect
          </a>
        </span>
      </div>
      <About task={task} state={state} now={now} />
      {reason && <p class="panel why said">{harmless(reason).slice(0, 1_500)}</p>}
      {canAct && (
        <Question task={task} now={now} answer={(text) => store.ask({ do: 'answer', task: task.id, text })} />
      )}
      <div class="beside">
        <Attempts key={stream} facts={facts} now={now} hasFiles={!state.isRecording} />
        <section aria-labelledby="story" class="panel">
          <h3 id="story">Story</h3>
          <ol class="story">
            {facts.map((fact) => {
              const { level, text } = narrate(fact)
              return (
                <li key={fact.position} value={fact.position} class={level}>
                  <time>{fact.at.slice(0, 19).replace('T', ' ')}</time>
                  <bdi>{harmless(text).slice(0, 600)}</bdi>
                </li>
              )
            })}
          </ol>
        </section>
      </div>
    </>
  )
}

type AboutProps = { task: TaskRow; state: ViewProps['state']; now: number }

function About({ task, state: { frame }, now }: AboutProps) {
  const all = tasksIn(frame)
  const blocks = all.filter(({ dependsOn }) => dependsOn.includes(task.id))
  const needs = all.filter(({ id }) => task.dependsOn.includes(id))
  return (
    <dl class="tiles">
      <div>
        <dt>State</dt>
        <dd class={`state ${task.state}`}>{stateText(task.state)}</dd>
        <dd class="hint">for {duration(now - Date.parse(task.since))}</dd>
      </div>
      <div>
        <dt>Priority</dt>
        <dd>{task.priority}</dd>
        {task.feature && <dd class="hint">feature {harmless(task.feature)}</dd>}
      </div>
      <div>
        <dt>Attempts</dt>
        <dd>{task.attempts}</dd>
        {task.notBefore && <dd class="hint">not before {task.notBefore.slice(11, 16)} UTC</dd>}
      </div>
      <div>
        <dt>Spent</dt>
        <dd>{costText(totalsAt(frame, task.stream))}</dd>
      </div>
      <Others title="Depends on" tasks={needs} />
      <Others title="Needed by" tasks={blocks} />
    </dl>
  )
}

function Others({ title, tasks }: { title: string; tasks: readonly TaskRow[] }) {
  if (tasks.length === 0) return null
  return (
    <div>
      <dt>{title}</dt>
      {tasks.slice(0, 6).map(({ stream, id, state }) => (
        <dd key={stream}>
          <a href={linkTo('task', stream)}>{harmless(id)}</a> <span class="hint">{stateText(state)}</span>
        </dd>
      ))}
      {tasks.length > 6 && <dd class="hint">and {tasks.length - 6} more</dd>}
    </div>
  )
}

type AttemptsProps = { facts: readonly Fact[]; now: number; hasFiles: boolean }

function Attempts({ facts, now, hasFiles }: AttemptsProps) {
  const attempts = useMemo(() => attemptsOf(facts), [facts])
  const [chosen, setChosen] = useState<{ attempt: number; which: Shown } | null>(null)
  const last = attempts.at(-1)
  if (!last) return <p class="empty panel">Not tried yet.</p>
  const shown = chosen ?? { attempt: last.attempt, which: 'output' as const }
  const open = attempts.find(({ attempt }) => attempt === shown.attempt)
  const isLive = open?.outcome === 'running' || open?.checks.at(-1)?.outcome === 'running'
  const stream = facts[0]?.stream ?? ''
  return (
    <section aria-labelledby="attempts">
      <h3 id="attempts" class="unseen">
        Attempts
      </h3>
      <ul>
        {[...attempts].reverse().map((attempt) => {
          const chosen = hasFiles && attempt.attempt === shown.attempt ? shown.which : null
          return (
            <AttemptCard
              key={attempt.from}
              attempt={attempt}
              now={now}
              chosen={chosen}
              hasFiles={hasFiles}
              choose={(which) => setChosen({ attempt: attempt.attempt, which })}
            >
              {chosen && (
                <Output
                  key={`${stream} ${attempt.attempt} ${chosen}`}
                  stream={stream}
                  attempt={attempt.attempt}
                  which={chosen}
                  isLive={isLive}
                />
              )}
            </AttemptCard>
          )
        })}
      </ul>
    </section>
  )
}
