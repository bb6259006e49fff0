import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { App } from '../app.ts'
import { replaceFile } from '../config/init/replace-file.ts'
import { asFailure } from '../errors.ts'
import type { Processes } from '../ports/processes.ts'
import { type LoopRow, loops, sessionOwnerPrefix } from '../projections/loops.ts'
import { holderOf } from './take-namespace.ts'

/** Where scripts find the processes that run in the background. */
const monitorFile = '.loopwork-monitor-state.json'

/** Where scripts find what a namespace was started with. */
const restartArgsFile = (namespace: string): string => `${namespace}-restart-args.json`

/**
 * Writes the files that scripts of the predecessor read, out of the log; nothing here reads them. With a
 * namespace also what that one was started with. Gives what went wrong, where something did.
 */
export async function writeScriptFiles(
  app: App,
  processes: Processes,
  namespace: string | null,
): Promise<string | null> {
  try {
    await writeMonitorFile(app, processes)
    const row = (await backgroundLoops(app)).find((one) => one.namespace === namespace)
    if (row) await writeRestartArgs(app, row)
    return null
  } catch (thrown) {
    return `the files for scripts could not be written: ${asFailure(thrown).message}`
  }
}

/** Two may write at once: each looks again after its write, so the last one writes what is true. */
async function writeMonitorFile(app: App, processes: Processes): Promise<void> {
  for (let written: unknown = null; ; ) {
    const content = { processes: await listed(app, processes) }
    if (isDeepStrictEqual(content, written)) return
    await replaceFile(join(app.projectRoot, monitorFile), `${JSON.stringify(content, null, 2)}\n`)
    written = content
  }
}

async function listed(app: App, processes: Processes) {
  const rows = await backgroundLoops(app)
  const states = await Promise.all(rows.map((row) => holderOf(app, processes, row)))
  return rows.flatMap((row, nth) =>
    states[nth] === 'gone' || !row.holder
      ? []
      : {
          namespace: row.namespace,
          pid: row.holder.pid,
          startedAt: row.startedAt,
          logFile: join(app.stateDir, row.files, 'loopwork.log'),
          args: argsForScripts(row.args),
        },
  )
}

async function writeRestartArgs({ stateDir }: App, row: LoopRow): Promise<void> {
  const { namespace, args, cwd, startedAt } = row
  const content = { namespace, args: argsForScripts(args), cwd, startedAt }
  await replaceFile(join(stateDir, restartArgsFile(namespace)), `${JSON.stringify(content, null, 2)}\n`)
}

async function backgroundLoops(app: App): Promise<LoopRow[]> {
  const rows = await (await app.view(loops)).rows<LoopRow>('')
  return [...rows].flatMap(([key, row]) =>
    key.startsWith(sessionOwnerPrefix) || row.mode === 'foreground' ? [] : row,
  )
}

/** Without the namespace, which stands beside them. */
function argsForScripts(args: readonly string[]): string[] {
  return args.filter((word, nth) => !/^--namespace(=|$)/.test(word) && args[nth - 1] !== '--namespace')
}
