import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { openPluginBacklog } from '../adapters/plugin/backlog.ts'
import type { App } from '../app.ts'
import type { CustomBackend } from '../config/backend-config.ts'
import { asFailure, LoopworkError } from '../errors.ts'
import type { Backlog } from '../ports/backlog.ts'
import { board } from '../projections/board.ts'
import type { TaskRow } from '../projections/task-row.ts'

type Given = Pick<App, 'projectRoot'> & Partial<Pick<App, 'view'>>

/** A backend of the user's own: an object, what makes one, or a package that exports either. */
export async function openCustomBacklog(app: Given, use: CustomBackend): Promise<Backlog> {
  const found = typeof use === 'string' ? await exportOf(app.projectRoot, use) : use
  const backend = typeof found === 'function' ? await found({ projectRoot: app.projectRoot }) : found
  if (typeof backend === 'object' && backend !== null) {
    if ('read' in backend && 'tell' in backend) return backend
    if ('listPendingTasks' in backend)
      return openPluginBacklog(backend, await openTasks(app, backend.backendType))
  }
  throw new LoopworkError('invalid', 'what withBackend was given is no backend', {
    hint: 'It needs read, brief, tell and add, or the methods of a BackendPlugin: see docs/backlogs.md.',
  })
}

/** The default export of a package, or its `backend`, as the project finds it. */
async function exportOf(projectRoot: string, name: string): Promise<Exclude<CustomBackend, string>> {
  try {
    const path = createRequire(join(projectRoot, 'package.json')).resolve(name)
    const module = await import(pathToFileURL(path).href)
    return module.default ?? module.backend
  } catch (thrown) {
    throw new LoopworkError(
      'not_found',
      `the backend ${name} could not be loaded: ${asFailure(thrown).message}`,
      {
        hint: `Install it in the project: npm install ${name}. A file is named from the project: ./my-backend.mjs.`,
        cause: thrown,
      },
    )
  }
}

/** The ids that the log has open: such a backend cannot list them all itself. */
async function openTasks({ view }: Given, backlog: string): Promise<string[]> {
  const rows = view ? [...(await (await view(board)).rows<TaskRow>(`task/${backlog}/`)).values()] : []
  return rows.filter(({ state }) => state !== 'removed').map(({ id }) => id)
}
