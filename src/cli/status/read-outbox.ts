import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Telling } from '../../projections/outbox.ts'
import type { View } from '../../runtime/views.ts'

/** What remote backlogs are still to be told. */
export type OutboxStatus = {
  readonly outstanding: number
  /** Since when the oldest of it waits. */
  readonly since: string | null
  /** Why it could not be told, where it was tried. */
  readonly problem: string | null
}

/** How many requests are left of those that the token for one repository may make. */
export type Quota = {
  readonly repo: string
  readonly limit: number
  readonly remaining: number
  readonly resetsAt: string
}

/** `view` is one of the outbox, folded as far as it is to be looked at. */
export async function readOutbox(view: View): Promise<OutboxStatus> {
  const rows = [...(await view.rows<readonly Telling[]>('task/')).values()].flat()
  return {
    outstanding: rows.length,
    since: rows.map(({ since }) => since).sort()[0] ?? null,
    problem: rows.find(({ problem }) => problem !== null)?.problem ?? null,
  }
}

/** What GitHub said last, as long as it holds. */
export function readQuotas(stateDir: string, now: Date): Quota[] {
  const folder = join(stateDir, 'github')
  if (!existsSync(folder)) return []
  const files = readdirSync(folder).filter((name) => name.endsWith('.quota.json'))
  const quotas = files.map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Quota)
  return quotas.filter(({ resetsAt }) => new Date(resetsAt) > now)
}
