import { join } from 'node:path'
import { openPluginBacklog } from '../adapters/plugin/backlog.ts'
import type { App } from '../app.ts'
import type { CustomBackend } from '../config/backend-config.ts'
import { asFailure, LoopworkError } from '../errors.ts'
import type { Backlog } from '../ports/backlog.ts'
import { board } from '../projections/board.ts'
import type { TaskRow } from '../projections/task-row.ts'

type Given = Pick<App, 'projectRoot'> & Partial<Pick<App, 'view'>>

type Made = Exclude<CustomBackend, string>

/** A backend of the user's own: an object, what makes one, or a package that exports either. */
export async function openCustomBacklog(app: Given, use: CustomBackend): Promise<Backlog> {
  const found = typeof use === 'string' ? await exportOf(app.projectRoot, use) : use
  const backend = typeof found === 'function' ? await found({ projectRoot: app.projectRoot }) : found
  if (typeof backend === 'object' && backend !== null) {
    if ('read' in backend) {
      assertWhole(backend, 'read')
      return backend
    }
    if ('listPendingTasks' in backend) {
      assertWhole(backend, 'listPendingTasks')
      return openPluginBacklog(backend, await openTasks(app, backend.backendType))
    }
  }
  throw new LoopworkError('invalid', 'what withBackend was given is no backend', {
    hint: 'It needs read, brief, tell and add, or the methods of a BackendPlugin: see docs/backlogs.md.',
  })
}

/** The default export of a package or a file, or its `backend`, as the project finds it. */
async function exportOf(projectRoot: string, name: string): Promise<Made | undefined> {
  const { createJiti } = await import('jiti')
  const jiti = createJiti(join(projectRoot, 'loopwork.config.ts'))
  try {
    const module = await jiti.import<Partial<Record<'default' | 'backend', Made>>>(name)
    return module.backend ?? module.default // without an export of that name all exports together are the default
  } catch (thrown) {
    const [reason] = asFailure(thrown).message.split('\n') // the rest is where it was looked for
    throw new LoopworkError('not_found', `the backend ${name} could not be loaded: ${reason}`, {
      hint: /^[./]/.test(name)
        ? 'Files are looked for from the folder of the project.'
        : `Install it in the project: npm install ${name}. A file is named from the project: ./my-backend.ts.`,
      cause: thrown,
    })
  }
}

const needed = {
  read: ['brief', 'tell', 'add', 'close'],
  listPendingTasks: ['getTask', 'markInProgress', 'markCompleted', 'markFailed', 'resetToPending'],
} as const

/** Refuses a backend that would be missed only once a task has been worked off. */
function assertWhole(backend: object, kind: keyof typeof needed): void {
  const missing = needed[kind].filter((name) => typeof Reflect.get(backend, name) !== 'function')
  if (missing.length === 0) return
  throw new LoopworkError('invalid', `what withBackend was given has ${kind}, but no ${missing.join(', ')}`, {
    hint: 'See docs/backlogs.md for what a backend needs.',
  })
}

/** The ids that the log has open: such a backend cannot list them all itself. */
async function openTasks({ view }: Given, backlog: string): Promise<string[]> {
  const rows = view ? [...(await (await view(board)).rows<TaskRow>(`task/${backlog}/`)).values()] : []
  return rows.filter(({ state }) => state !== 'removed').map(({ id }) => id)
}
