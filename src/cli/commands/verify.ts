import { resolve } from 'node:path'
import { storeFolder } from '../../app.ts'
import { failures } from '../../errors.ts'
import type { Action } from '../command.ts'
import { findState } from '../find-state.ts'
import type { Io } from '../io.ts'
import type { Print } from '../print.ts'
import { asStore } from '../store/as-store.ts'
import { type Verdict, verifyApart } from '../store/verify-apart.ts'

type Options = { path?: string | undefined; here?: boolean; json?: boolean }

/** Reads the whole store and says where it is not as it was written. Changes nothing. */
export const verify: Action<Options> = {
  options: (yargs) =>
    yargs
      .positional('path', { type: 'string', describe: 'A backup, or the folder of a store' })
      .option('here', { type: 'boolean', default: false, hidden: true }) as never,
  run: async ({ path, here, json }, { io, print }) => {
    const place = path ? resolve(io.cwd, path) : resolve(findState(io).stateDir, storeFolder)
    if (here) return checkHere(place, print)
    const verdict = await asStore(place, (folder) => verifyApart(folder, io))
    if (json) print.json({ ...verdict, store: place })
    else show({ ...verdict, store: place }, print, io)
    return verdict.whole ? 0 : failures.corrupt.exit
  },
}

/** The work itself, in the process that is made for it. */
async function checkHere(folder: string, print: Print): Promise<number> {
  const { openInspection } = await import('../../adapters/lmdb/inspection.ts')
  const { verifyStore } = await import('../../runtime/verify.ts')
  const { digestOf } = await import('../../runtime/spare-rows.ts')
  const { projections } = await import('../../projections/all.ts')
  const inspection = await openInspection(folder, digestOf)
  try {
    print.json({ checks: await verifyStore(inspection, projections) })
  } finally {
    await inspection.close()
  }
  return 0
}

const subjects = {
  events: 'events whole, without gaps, each following from the one before',
  leases: 'leases as the log has them',
  views: 'rows of views as the log says',
  histories: 'events lead through the charts',
} as const

function show({ store, whole, events, problem, checks }: Verdict, print: Print, io: Io): void {
  for (const { name, checked, flaw } of checks) {
    const mark = flaw ? print.paint.red('bad ') : print.paint.green('good')
    print.line(flaw ? `${mark}  ${flaw.problem}` : `${mark}  ${checked} ${subjects[name]}`)
  }
  if (whole) {
    print.line(`${store} is whole: ${events} events.`)
    return
  }
  if (checks.length === 0) print.line(`${print.paint.red('bad ')}  ${problem}`)
  io.err(`${print.paint.red('error:')} ${store} is damaged\n`)
  io.err(`${print.paint.yellow('hint:')}  ${mend(checks)}\n`)
}

function mend(checks: Verdict['checks']): string {
  const first = checks.find(({ flaw }) => flaw)
  if (first?.name === 'views') return 'The log is whole: `loopwork rebuild` folds the views again.'
  return 'Stop all loops, then `loopwork restore` a backup, or save what can be read with `loopwork export --salvage <folder>`.'
}
