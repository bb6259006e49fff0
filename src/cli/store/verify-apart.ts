import type { Flaw } from '../../ports/inspection.ts'
import type { Check } from '../../runtime/verify.ts'
import type { Io } from '../io.ts'
import { runApart } from './run-apart.ts'

/** The answer of `verify --json`. */
export type Verdict = {
  readonly schema: 'loopwork/verify@1'
  readonly store: string
  readonly whole: boolean
  /** Events in the log; those before the first flaw where there is one. */
  readonly events: number
  readonly firstBadPosition: number | null
  readonly problem: string | null
  readonly checks: readonly Check[]
}

/** Verifies the store in a folder, in a process that may die of it. */
export async function verifyApart(folder: string, io: Io): Promise<Verdict> {
  const ran = await runApart<{ checks: Check[] }>(['verify', folder, '--here'], io)
  if ('answer' in ran) return verdictOf(folder, ran.answer.checks)
  const problem = `the process that read it died of ${ran.diedOf}: the file is cut short or its pages are damaged`
  return { ...verdictOf(folder, []), whole: false, problem }
}

function verdictOf(store: string, checks: readonly Check[]): Verdict {
  const flaw: Flaw | null = checks.find((check) => check.flaw)?.flaw ?? null
  return {
    schema: 'loopwork/verify@1',
    store,
    whole: flaw === null,
    events: checks.find(({ name }) => name === 'events')?.checked ?? 0,
    firstBadPosition: flaw?.position ?? null,
    problem: flaw?.problem ?? null,
    checks,
  }
}
