import type { Fact } from '../events/catalogue.ts'
import { taskOf } from '../events/event.ts'
import type { PluginRow, PluginStore } from '../ports/plugin-store.ts'

/** A fact that could not be delivered, and waits for somebody to say what is to become of it. */
export type Parked = {
  readonly position: number
  readonly at: string
  readonly type: string
  readonly subject: string
  readonly problem: string
  readonly tries: number
  /** Whether somebody has asked for another try. */
  readonly isWanted: boolean
}

const prefix = 'parked/'

/** Somebody has asked for another try of everything that waits for a person. */
export const retryKey = 'retry'

export function parkedRow(parked: Parked): PluginRow {
  return [parkedKey(parked.position), parked]
}

export function parkedKey(position: number): string {
  return prefix + String(position).padStart(12, '0')
}

export function park(fact: Fact, problem: string, tries: number): Parked {
  const subject = fact.stream.startsWith('task/') ? taskOf(fact.stream).id : fact.stream.slice('loop/'.length)
  const { position, at, event } = fact
  return { position, at, type: event.type, subject, problem, tries, isWanted: false }
}

export async function parkedOf(store: PluginStore, owner: string): Promise<readonly Parked[]> {
  return (await store.rows(owner, prefix)).map(([, value]) => value as Parked)
}
