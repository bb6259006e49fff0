import type { TaskRow } from '../../projections/task-row.ts'
import type { LoopStatus } from '../status/status-answer.ts'
import type { Past } from './read-past.ts'

/** One thing that differs between two moments; null where it was not there. */
export type Change = {
  readonly what: string
  readonly before: string | null
  readonly after: string | null
}

/** What changed between two moments. */
export type Comparison = {
  readonly from: { readonly position: number; readonly at: string | null }
  readonly to: { readonly position: number; readonly at: string | null }
  readonly tasks: readonly Change[]
  readonly loops: readonly Change[]
  /** In dollars and attempts, by namespace, and in all. */
  readonly money: readonly Change[]
}

export function compare(from: Past, to: Past): Comparison {
  return {
    from: { position: from.position, at: from.at },
    to: { position: to.position, at: to.at },
    tasks: differences(from.tasks, to.tasks, taskText, ({ id }) => id),
    loops: differences(loopsOf(from), loopsOf(to), loopText, ({ namespace }) => namespace),
    money: differences(
      moneyOf(from),
      moneyOf(to),
      ({ text }) => text,
      ({ name }) => name,
    ),
  }
}

function differences<Thing>(
  before: ReadonlyMap<string, Thing>,
  after: ReadonlyMap<string, Thing>,
  textOf: (thing: Thing) => string,
  nameOf: (thing: Thing) => string,
): Change[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((key): Change[] => {
    const [old, young] = [before.get(key), after.get(key)]
    const [was, is] = [old && textOf(old), young && textOf(young)]
    const named = young ?? old
    return was === is || !named ? [] : [{ what: nameOf(named), before: was ?? null, after: is ?? null }]
  })
}

const taskText = ({ state, attempts }: TaskRow): string =>
  attempts === 0 ? state : `${state}, ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`

const loopText = ({ state, session, reason }: LoopStatus): string =>
  `${state} (${reason}), session ${session}`

const loopsOf = ({ status }: Past): ReadonlyMap<string, LoopStatus> =>
  new Map(status.loops.map((loop) => [loop.namespace, loop]))

type Money = { readonly name: string; readonly text: string }

function moneyOf({ status }: Past): ReadonlyMap<string, Money> {
  const all = [
    ...status.loops.map(({ namespace, costs }) => [namespace, costs.total] as const),
    ['in all', status.costs.total] as const,
  ]
  return new Map(
    all.map(([name, { costUsd, attempts, unknownCost }]) => {
      const unknown = unknownCost > 0 ? `, ${unknownCost} of unknown cost` : ''
      return [name, { name, text: `$${costUsd.toFixed(4)}, ${attempts} attempts${unknown}` }]
    }),
  )
}
