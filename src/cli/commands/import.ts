import { readdirSync } from 'node:fs'
import { secretsIn } from '../../config/secrets.ts'
import { LoopworkError } from '../../errors.ts'
import type { Action } from '../command.ts'
import { findState } from '../find-state.ts'
import { importSessions } from '../store/import-sessions.ts'

type Options = { json?: boolean }

/** Takes over what earlier versions left in the project and is worth keeping: the folders of their sessions. */
export const importOld: Action<Options> = {
  options: (yargs) => yargs as never,
  run: async ({ json }, { io, print }) => {
    const { root, stateDir } = findState(io)
    const imported = await importSessions(root, stateDir, secretsIn(io.env)).catch((thrown) => {
      throw unwritable(stateDir, thrown)
    })
    const costFiles = readdirSync(root).filter((name) => /^\.loopwork-cost-tracking.*\.json$/.test(name))
    if (json) {
      print.json({ schema: 'loopwork/import@1', ...imported, costFiles })
      return 0
    }
    for (const { from, to } of imported.copied) print.line(`${from} → ${to}`)
    print.line(`${imported.copied.length} sessions were copied, ${imported.known} are here already.`)
    for (const name of costFiles) {
      print.line(
        `${name} was left: its figures were guessed from printed text, so the log does not take them in.`,
      )
    }
    return 0
  },
}

function unwritable(stateDir: string, cause: NodeJS.ErrnoException): LoopworkError {
  return new LoopworkError('unavailable', `cannot copy to ${stateDir} (${cause.code ?? cause.message})`, {
    hint: 'Check that you may read the old folders and write there, and that the disk has room.',
    cause,
  })
}
