import { access, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { createSessionFiles } from '../adapters/files/session-files.ts'
import type { App } from '../app.ts'
import type { Settings } from '../config/settings.ts'
import type { TaskStream } from '../events/event.ts'
import type { MonitorOffice } from '../integrations/ai-monitor.ts'
import type { Backlog } from '../ports/backlog.ts'
import type { Dispatch } from '../runtime/dispatch.ts'
import { askAgent, type Reply } from './ask-agent.ts'
import type { Surroundings } from './open-run.ts'
import { findAdviser } from './workers.ts'

const answerMs = 120_000
const tailBytes = 8 << 10

type Machine = Pick<Surroundings, 'env' | 'keeperFile' | 'home' | 'isRoot'>

/** What the monitor needs, in the process that plugins live in. */
export function createMonitorOffice(
  app: App,
  given: {
    readonly settings: Settings
    readonly machine: Machine
    readonly dispatch: Dispatch
    readonly session: string
    readonly model: string | null
    backlog(): Promise<Backlog>
  },
): MonitorOffice {
  const { settings, machine, dispatch, session, model, backlog } = given
  const files = createSessionFiles(app.stateDir)
  return {
    session,
    ask: (prompt, signal) => askAboutTrouble(app, settings, machine, { prompt, signal, model }),
    saidLast: async ({ stream }) => {
      let output: string | null = null
      for await (const { event } of app.log.readStream(stream)) {
        if (event.type === 'task.claimed')
          output = files.of(event.data.files, event.data.iteration, false).output
      }
      return output === null ? '' : files.tail(output, tailBytes)
    },
    describe: async (id, isDry) => {
      const { backend } = settings
      if (backend.kind !== 'json') return null
      const { text, title } = await (await backlog()).brief(id)
      const path = join(backend.tasksDir ?? dirname(backend.tasksFile), `${id}.md`)
      if (text.trim() !== '' || (await isThere(path))) return null
      if (!isDry) await writeFile(path, `# ${id}: ${title}\n\n${title}\n`, { flag: 'wx' })
      return relative(app.projectRoot, path)
    },
    note: async ({ stream }, { trouble, advice, by, usage }) => {
      const { namespace } = settings
      const command = { type: 'noteTrouble', namespace, trouble, advice, by, usage } as const
      await dispatch([{ stream: stream as TaskStream, command }])
    },
  }
}

/** Asks the agent that works first, or the one with this model. */
export async function askAboutTrouble(
  app: App,
  settings: Settings,
  machine: Machine,
  question: { readonly prompt: string; readonly signal: AbortSignal; readonly model: string | null },
): Promise<Reply> {
  const { model, prompt, signal } = question
  const worker = await findAdviser(settings, machine, model)
  return askAgent(app, settings, machine, worker, { prompt, signal, timeoutMs: answerMs })
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
