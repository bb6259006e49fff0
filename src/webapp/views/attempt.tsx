import type { ComponentChildren } from 'preact'
import { harmless } from '../../projections/harmless.ts'
import { duration, tokenCount, usd } from '../../projections/wording.ts'
import type { Shown } from '../../web/shapes.ts'
import { type Attempt, type Check, exitText } from '../attempts.ts'

type Props = {
  readonly attempt: Attempt
  readonly now: number
  /** What of it is being looked at; null where that is another attempt. */
  readonly chosen: Shown | null
  readonly hasFiles: boolean
  choose(which: Shown): void
  /** What is being looked at. */
  readonly children: ComponentChildren
}

/** One attempt: who, how long, what for, how it ended, and what can be looked at. */
export function AttemptCard({ attempt, now, chosen, hasFiles, choose, children }: Props) {
  const { agent, model, outcome, said, from, to, output, agentSession, checks, notes, evidence } = attempt
  const button = (which: Shown, name: string) => (
    <button type="button" aria-pressed={chosen === which} onClick={() => choose(which)}>
      {name}
    </button>
  )
  return (
    <li class={`attempt panel ${outcome}`}>
      <h4>
        Attempt {attempt.attempt} <span class={`chip ${outcome}`}>{outcome}</span>
      </h4>
      <p class="facts">
        {[
          model ? `${agent} ${model}` : agent,
          duration((to ? Date.parse(to) : now) - Date.parse(from)),
          ...spentOn(attempt),
          exitText(attempt.exit),
          output?.truncated ? 'output cut, it was too much' : '',
          agentSession ? `session ${agentSession.slice(0, 8)}` : '',
        ]
          .filter(Boolean)
          .map(harmless)
          .join(' · ')}
      </p>
      {said && <p class="said">{harmless(said).slice(0, 1_000)}</p>}
      {notes.length > 0 && (
        <ul class="notes">
          {notes.map(({ at, text }) => (
            <li key={at + text}>
              <time>{at.slice(11, 19)}</time> <bdi>{harmless(text).slice(0, 500)}</bdi>
            </li>
          ))}
        </ul>
      )}
      {hasFiles && (
        <p class="buttons">
          {button('output', 'Output')}
          {button('changes', 'Changes')}
          {button('prompt', 'Prompt')}
          {button('stderr', 'Errors')}
        </p>
      )}
      {chosen !== 'verifyOutput' && children}
      {checks.map((check) => (
        <Gate key={check.from} check={check} now={now}>
          {hasFiles && button('verifyOutput', 'What the check printed')}
        </Gate>
      ))}
      {chosen === 'verifyOutput' && children}
      {evidence.map(({ name, note, path, bytes, sha256 }) => (
        <div key={sha256 + name} class="gate">
          <p>
            Evidence <b>{harmless(name)}</b>
            {note ? `: ${harmless(note)}` : ''}
          </p>
          <p class="facts">
            {bytes} bytes · {harmless(path)} · sha256 {sha256.slice(0, 12)}
          </p>
        </div>
      ))}
    </li>
  )
}

type GateProps = { check: Check; now: number; children: ComponentChildren }

/** The check of an attempt, with what it rests on: the command, its exit and its time. */
function Gate({ check, now, children }: GateProps) {
  const { command, outcome, exit, durationMs, from, to, reason } = check
  const tookMs = durationMs ?? (to ? Date.parse(to) : now) - Date.parse(from)
  return (
    <div class={`gate ${outcome}`}>
      <p>
        Check <code>{harmless(command)}</code> <span class={`chip ${outcome}`}>{outcome}</span>
      </p>
      <p class="facts">{[exitText(exit), `${(tookMs / 1_000).toFixed(1)} s`].filter(Boolean).join(' · ')}</p>
      {reason && <p class="said">{harmless(reason).slice(0, 1_500)}</p>}
      <p class="buttons">{children}</p>
    </div>
  )
}

function spentOn({ usage }: Attempt): string[] {
  if (!usage) return ['cost unknown']
  const tokens = Object.values(usage.models).reduce(
    (sum, { input, output, cacheRead, cacheWrite }) => sum + input + output + cacheRead + cacheWrite,
    0,
  )
  const cost = usage.costUsd === null ? 'cost unknown' : usd(usage.costUsd)
  const isEstimate = usage.costUsd !== null && usage.costSource !== 'cli'
  return [`${cost}${isEstimate ? ' (an estimate)' : ''}`, `${tokenCount(tokens)} tokens`]
}
