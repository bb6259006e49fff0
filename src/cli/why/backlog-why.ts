import { taskOf } from '../../events/event.ts'
import type { LoopRow } from '../../projections/loops.ts'
import type { Telling } from '../../projections/outbox.ts'
import { duration, instantText } from '../../projections/wording.ts'

/** What stands between a loop, or a task, and its backlog. */
export type BacklogWhy = {
  readonly name: string
  /** `unreachable`: it is tried again and again; `spoilt`: it cannot be read before somebody has repaired it. */
  readonly trouble: 'unreachable' | 'spoilt' | null
  readonly problem: string | null
  readonly since: string | null
  readonly nextTry: string | null
  /** What it is still to be told, oldest first. */
  readonly outstanding: readonly { readonly task: string; readonly status: string; readonly since: string }[]
}

/** `tellings` are those of the backlog that are meant, oldest first; `loop` is null where none works it off. */
export function backlogWhy(
  name: string,
  loop: (Pick<LoopRow, 'backlogProblem' | 'outage'> & { readonly isAlive: boolean }) | null,
  tellings: readonly Telling[],
): BacklogWhy {
  const outstanding = tellings.map(({ stream, status, since }) => ({
    task: taskOf(stream as Parameters<typeof taskOf>[0]).id,
    status,
    since,
  }))
  const untold = tellings.find(({ problem }) => problem !== null)
  const isSpoilt = Boolean(loop?.backlogProblem) && !loop?.outage
  if (isSpoilt) {
    const problem = loop?.backlogProblem ?? null
    return { name, trouble: 'spoilt', problem, since: null, nextTry: null, outstanding }
  }
  if (!loop?.outage && !untold)
    return { name, trouble: null, problem: null, since: null, nextTry: null, outstanding }
  const tries = [loop?.outage?.nextTry, ...tellings.map(({ nextTry }) => nextTry)].flatMap((at) => at ?? [])
  return {
    name,
    trouble: 'unreachable',
    problem: (loop?.outage ? loop.backlogProblem : null) ?? untold?.problem ?? null,
    since: [loop?.outage?.since, untold?.since].flatMap((at) => at ?? []).sort()[0] ?? null,
    nextTry: loop?.isAlive ? (tries.sort()[0] ?? null) : null,
    outstanding,
  }
}

/** The same as lines for a person; none where nothing is the matter. */
export function backlogLines(found: BacklogWhy, now: Date): string[] {
  const { name, trouble, problem, since, nextTry, outstanding } = found
  const age = (from: string): string => duration(now.getTime() - new Date(from).getTime())
  const lines: string[] = []
  if (trouble === 'spoilt') lines.push(`${name} cannot be read before somebody mends it: ${problem}`)
  if (trouble === 'unreachable') {
    const from = since ? ` for ${age(since)}, since ${instantText(since)}` : ''
    lines.push(`${name} cannot be reached${from}: ${problem}`)
    lines.push(nextTry ? `tried again at ${instantText(nextTry)}` : 'tried again by the next run or command')
  }
  const [oldest] = outstanding
  if (oldest) {
    const shown = outstanding.slice(0, 5).map(({ task, status }) => `${task} ${status}`)
    const more = outstanding.length > shown.length ? ', …' : ''
    lines.push(
      `to be told there, the oldest for ${age(oldest.since)}: ${outstanding.length} (${shown.join(', ')}${more})`,
    )
  }
  return lines
}
