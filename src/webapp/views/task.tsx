import { useEffect, useMemo, useState } from 'preact/hooks'
import type { Fact } from '../../events/catalogue.ts'
import { narrate } from '../../projections/narration.ts'
import { createSpans, type Span } from '../../projections/spans.ts'
import { duration } from '../../projections/wording.ts'
import type { Piece, Shown } from '../../web/shapes.ts'
import type { ViewProps } from '../app.tsx'
import { linkTo } from '../route.ts'
import { costText, taskAt, totalsAt } from '../rows.ts'
import { safe, safeLines } from '../safe-text.ts'
import { fetchOutput } from '../server.ts'

/** The story of one task: what it is, what was tried, what came of it, and what it has cost. */
export function Task({ store, state, subject }: ViewProps) {
  const task = taskAt(state.frame, subject)
  const { frame } = state
  const facts = useMemo(() => store.history.of(subject, frame.position), [store, frame, subject])
  if (!task) return <p>At this moment the log does not know this task.</p>
  const canAct = state.shown === null && !state.isRecording
  const ask = (what: 'skip' | 'retry', text: string): void => {
    if (confirm(`${text}: ${task.id}?`)) store.ask({ do: what, task: task.id })
  }
  return (
    <>
      <div class="bar">
        <h2>
          <bdi class="id">{safe(task.id)}</bdi> <bdi>{safe(task.title)}</bdi>
        </h2>
        <a href={linkTo('inspect', subject)}>Inspect</a>
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
      </div>
      <dl>
        <dt>State</dt>
        <dd class={`state ${task.state}`}>
          {task.state}
          {task.reason ? `: ${safe(task.reason)}` : ''}
        </dd>
        <dt>Priority</dt>
        <dd>
          {task.priority}
          {task.feature ? `, feature ${safe(task.feature)}` : ''}
        </dd>
        {task.dependsOn.length > 0 && (
          <>
            <dt>Depends on</dt>
            <dd>{safe(task.dependsOn.join(', '))}</dd>
          </>
        )}
        <dt>Spent</dt>
        <dd>{costText(totalsAt(state.frame, subject))}</dd>
      </dl>
      <Attempts facts={facts} />
      <section aria-labelledby="story">
        <h3 id="story">Story</h3>
        <ol class="events">
          {facts.map((fact) => {
            const { level, text } = narrate(fact)
            return (
              <li key={fact.position} value={fact.position} class={level}>
                <time>{fact.at.slice(0, 19).replace('T', ' ')}</time> <bdi>{safe(text)}</bdi>
              </li>
            )
          })}
        </ol>
      </section>
    </>
  )
}

function Attempts({ facts }: { facts: readonly Fact[] }) {
  const spans = createSpans()
  for (const fact of facts) spans.take(fact)
  const attempts = spans.all.filter(({ kind }) => kind === 'attempt' || kind === 'check')
  const [chosen, setChosen] = useState<{ attempt: number; which: Shown } | null>(null)
  const last = attempts.findLast(({ kind }) => kind === 'attempt')
  const shown = chosen ?? (last?.attempt ? { attempt: last.attempt, which: 'output' as const } : null)
  if (attempts.length === 0) return null
  return (
    <section aria-labelledby="attempts">
      <h3 id="attempts">Attempts</h3>
      <ul class="attempts">
        {attempts.map((span) => (
          <li key={span.from + span.kind} class={span.outcome}>
            <Attempt span={span} choose={(which) => setChosen({ attempt: span.attempt ?? 1, which })} />
          </li>
        ))}
      </ul>
      {shown && <Output stream={facts[0]?.stream ?? ''} {...shown} />}
    </section>
  )
}

function Attempt({ span, choose }: { span: Span; choose: (which: Shown) => void }) {
  const took = span.to ? duration(Date.parse(span.to) - Date.parse(span.from)) : 'running'
  const cost = span.usage?.costUsd
  const files: readonly (readonly [Shown, string])[] =
    span.kind === 'check'
      ? [['verifyOutput', 'What the check printed']]
      : [
          ['prompt', 'Prompt'],
          ['output', 'Output'],
          ['stderr', 'Errors'],
        ]
  return (
    <>
      {span.kind} {span.attempt} · {span.outcome} · {took}
      {cost == null ? '' : ` · $${cost.toFixed(4)}`} · <bdi>{safe(span.label).slice(0, 300)}</bdi>{' '}
      {files.map(([which, name]) => (
        <button key={which} type="button" onClick={() => choose(which)}>
          {name}
        </button>
      ))}
    </>
  )
}

function Output({ stream, attempt, which }: { stream: string; attempt: number; which: Shown }) {
  const [piece, setPiece] = useState<Piece | string | null>(null)
  const [search, setSearch] = useState('')
  useEffect(() => {
    let isCurrent = true
    setPiece(null)
    fetchOutput(stream, attempt, which).then(
      (found) => isCurrent && setPiece(found),
      (thrown: Error) => isCurrent && setPiece(thrown.message),
    )
    return () => {
      isCurrent = false
    }
  }, [stream, attempt, which])
  const lines = piece && typeof piece === 'object' ? safeLines(piece.text) : []
  const wanted = search.toLowerCase()
  const found = wanted === '' ? lines : lines.filter((line) => line.toLowerCase().includes(wanted))
  return (
    <figure>
      <figcaption>
        Attempt {attempt}, {which}
        {piece && typeof piece === 'object' && piece.offset > 0 ? ', its end' : ''}{' '}
        <label>
          Search{' '}
          <input
            type="search"
            value={search}
            onInput={({ currentTarget }) => setSearch(currentTarget.value)}
          />
        </label>
        {wanted && ` ${found.length} lines`}
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys */}
      <pre tabIndex={0}>
        {piece === null && '…'}
        {typeof piece === 'string' && piece}
        {found.slice(-5_000).join('\n') || (piece && 'Nothing.')}
      </pre>
    </figure>
  )
}
