import { type AnyMachineSnapshot, type AnyStateMachine, initialTransition } from 'xstate'
import type { Fact } from '../events/catalogue.ts'
import type { StreamId } from '../events/event.ts'
import { evolve } from '../machines/evolve.ts'
import { machineOf } from '../machines/subjects.ts'

/** One machine at one moment. */
export type Life = {
  readonly state: string
  readonly context: Readonly<Record<string, unknown>>
  /** Keys of the context that the last event has changed. */
  readonly changed: ReadonlySet<string>
  readonly last: Fact | null
  /** The arrow that the last event travelled. */
  readonly arrow: { readonly from: string; readonly to: string; readonly event: string } | null
  /** Every event the chart knows, with why it could not happen now, where it could not. */
  readonly next: readonly { readonly event: string; readonly refusal: string | null }[]
}

/** Folds the history of one stream, by the machine itself. */
export function lifeOf(facts: readonly Fact[], stream: string): Life {
  const machine: AnyStateMachine = machineOf(stream as StreamId)
  let [snapshot]: [AnyMachineSnapshot, ...unknown[]] = initialTransition(machine, {
    subject: stream,
  } as never)
  let before = snapshot
  let last: Fact | null = null
  for (const fact of facts) {
    before = snapshot
    snapshot = evolve(machine, snapshot, fact.event)
    last = fact
  }
  const state = String(snapshot.value)
  const context = snapshot.context as Record<string, unknown>
  const old = before.context as Record<string, unknown>
  return {
    state,
    context,
    last,
    changed: new Set(Object.keys(context).filter((key) => context[key] !== old[key])),
    arrow: last && { from: String(before.value), to: state, event: last.event.type },
    next: nextOf(machine, snapshot),
  }
}

type Transitions = ReadonlyMap<string, readonly { readonly guard?: unknown }[]>

/** Every event the chart knows: first what can happen, then what a guard is against, then what is for other states. */
function nextOf({ root }: AnyStateMachine, snapshot: AnyMachineSnapshot): Life['next'] {
  const present = String(snapshot.value)
  const always: Transitions = root.transitions
  const here: Transitions = new Map([...always, ...(root.states[present]?.transitions ?? [])])
  const open = [...here].map(([event, arrows]) => {
    const isOpen = arrows.some(({ guard }) => guardSays(guard, snapshot))
    const guards = arrows.map(({ guard }) => (typeof guard === 'string' ? guard : 'its condition'))
    return { event, refusal: isOpen ? null : `not while “${guards[0]}” does not hold` }
  })
  const elsewhere = new Map<string, string[]>()
  for (const [name, { transitions }] of Object.entries(root.states)) {
    for (const event of transitions.keys()) {
      if (!here.has(event)) elsewhere.set(event, [...(elsewhere.get(event) ?? []), name])
    }
  }
  return [
    ...open.sort((a, b) => Number(a.refusal !== null) - Number(b.refusal !== null)),
    ...[...elsewhere].map(([event, names]) => ({ event, refusal: `only while ${names.join(', ')}` })),
  ]
}

function guardSays(guard: unknown, { context }: AnyMachineSnapshot): boolean {
  const known = context as { open?: unknown; told?: unknown; paused?: unknown; question?: unknown }
  switch (guard) {
    case 'noAttemptIsOpen':
      return known.open === null
    case 'isKnown':
      return known.told !== null
    case 'isAsked':
      return known.question !== null
    case 'wasPaused':
      return known.paused === true
    default:
      return true // none, or one on what the event itself says
  }
}
