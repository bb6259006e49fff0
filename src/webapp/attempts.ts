import type { Fact } from '../events/catalogue.ts'
import type { ExitStatus, OutputSize, Usage } from '../events/shapes.ts'

/** How an attempt, or the check of one, stands. */
export type Outcome = 'running' | 'ok' | 'failed' | 'abandoned'

/** The command that said whether the work is done, and what came of it. */
export type Check = {
  command: string
  from: string
  to: string | null
  outcome: Outcome
  exit: ExitStatus | null
  durationMs: number | null
  reason: string
}

/** Something that an agent left to show its work. */
export type Evidence = {
  readonly name: string
  readonly path: string
  readonly bytes: number
  readonly sha256: string
  readonly note: string
}

/** One attempt at a task, with all that is known of it. */
export type Attempt = {
  readonly attempt: number
  readonly agent: string
  readonly model: string | null
  readonly from: string
  to: string | null
  outcome: Outcome
  /** What the agent said in the end, or why it came to nothing. */
  said: string
  exit: ExitStatus | null
  durationMs: number | null
  usage: Usage | null
  output: OutputSize | null
  agentSession: string | null
  checks: Check[]
  /** What the agent said of itself while it worked, in order. */
  notes: { readonly at: string; readonly text: string }[]
  evidence: Evidence[]
}

/** The attempts at one task, oldest first, from the facts of its stream. */
export function attemptsOf(facts: readonly Fact[]): readonly Attempt[] {
  const all: Attempt[] = []
  for (const fact of facts) {
    if (fact.event.type === 'task.claimed') all.push(begun(fact.event.data, fact.at))
    const last = all.at(-1)
    if (last) take(last, fact)
  }
  return all
}

function begun(data: { attempt: number; agent: string; model: string | null }, from: string): Attempt {
  const { attempt, agent, model } = data
  const nothing = { to: null, exit: null, durationMs: null, usage: null, output: null, agentSession: null }
  return {
    ...{ attempt, agent, model, from, ...nothing },
    ...{ outcome: 'running', said: '', checks: [], notes: [], evidence: [] },
  }
}

function take(attempt: Attempt, { event, at }: Fact): void {
  switch (event.type) {
    case 'task.progressed':
      Object.assign(attempt, { usage: event.data.usage ?? attempt.usage })
      break
    case 'task.attemptSucceeded':
      end(attempt, at, event.data, 'ok', event.data.summary)
      break
    case 'task.attemptFailed':
      end(attempt, at, event.data, 'failed', event.data.reason)
      break
    case 'task.attemptAbandoned':
      end(attempt, at, event.data, 'abandoned', event.data.reason)
      break
    case 'task.verificationStarted':
      attempt.checks.push({
        ...{ command: event.data.command.join(' '), from: at, to: null, outcome: 'running' },
        ...{ exit: null, durationMs: null, reason: '' },
      })
      break
    case 'task.verificationPassed':
      endCheck(attempt, { to: at, outcome: 'ok', exit: { code: 0, signal: null }, ...event.data })
      break
    case 'task.verificationFailed':
      endCheck(attempt, { to: at, outcome: 'failed', ...event.data })
      break
    case 'task.evidenceAttached':
      attempt.evidence.push(event.data)
      break
    default:
      note(attempt, event, at)
  }
}

function note(attempt: Attempt, event: Fact['event'], at: string): void {
  if (event.type === 'task.reported') {
    const { text, percent } = event.data
    attempt.notes.push({ at, text: percent === null ? text : `${text} (${percent} %)` })
  }
  if (event.type === 'task.decisionNoted') attempt.notes.push({ at, text: `decided: ${event.data.text}` })
  if (event.type === 'task.asked') attempt.notes.push({ at, text: `asked: ${event.data.text}` })
  if (event.type === 'task.answered') attempt.notes.push({ at, text: `was answered: ${event.data.answer}` })
}

type Remains = Pick<Attempt, 'exit' | 'durationMs' | 'usage' | 'output' | 'agentSession'>

function end(attempt: Attempt, to: string, left: Remains, outcome: Outcome, said: string): void {
  const { exit, durationMs, usage, output, agentSession } = left
  Object.assign(attempt, { to, outcome, said, exit, durationMs, output, agentSession })
  attempt.usage = usage ?? attempt.usage
}

function endCheck({ checks }: Attempt, more: Partial<Check>): void {
  const last = checks.at(-1)
  if (!last) return
  const { to, outcome, exit, durationMs, reason } = more
  Object.assign(last, { to, outcome, exit, durationMs, reason: reason ?? '' })
}

/** How a process ended, in words; empty where nobody knows. */
export function exitText(exit: ExitStatus | null): string {
  if (!exit) return ''
  return exit.signal ? `ended by ${exit.signal}` : `exit ${exit.code}`
}
