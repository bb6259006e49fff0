import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import { createMemoryViewStore } from '../../adapters/memory/view-store.ts'
import type { App } from '../../app.ts'
import { LoopworkError } from '../../errors.ts'
import { openView } from '../../runtime/views.ts'
import { assetsIn } from '../../web/assets.ts'
import { serveWeb, type WebSources } from '../../web/serve.ts'
import type { Surroundings } from '../command.ts'
import { openProject } from '../open-project.ts'
import { withApp } from '../open-store.ts'
import { openPresent } from './present.ts'
import { projectSources } from './project-sources.ts'
import { openRecording } from './recording.ts'

/** What is read by whoever looks. */
export type Seen = Pick<App, 'view'> & { readonly log: WebSources['log'] }

export type UiOptions = {
  readonly namespace?: string | undefined
  readonly config?: string | undefined
  readonly port?: number
  readonly file?: string | undefined
  readonly json?: boolean
}

/**
 * Serves the web app until somebody ends it, for the project here or for a recorded log. `pageOf` gives the page
 * that the link leads to.
 */
export async function serveUi(
  options: UiOptions,
  surroundings: Surroundings,
  pageOf: (seen: Seen) => Promise<string> = async () => '',
): Promise<number> {
  const { io } = surroundings
  if (options.file !== undefined) {
    const seen = await openSeen(resolve(io.cwd, options.file))
    const place = { project: options.file, dailyBudgetUsd: null, isRecording: true }
    const act = async () => {
      throw new LoopworkError('rejected', 'a recording cannot be changed')
    }
    await serve(seen, { files: null, place, act, plugins: async () => [] }, options, surroundings, pageOf)
    return 0
  }
  const project = await openProject(options, surroundings)
  await withApp(project, io, (app) => {
    return serve(app, projectSources(app, project), options, surroundings, pageOf)
  })
  return 0
}

/** A recorded log and its views, which are folded anew each time. */
export async function openSeen(file: string): Promise<Seen> {
  const log = await openRecording(file)
  const store = createMemoryViewStore()
  return {
    log,
    view: async (projection) => {
      const view = await openView(projection, { log, store })
      await view.catchUp()
      return view
    },
  }
}

async function serve(
  seen: Seen,
  given: Pick<WebSources, 'files' | 'place' | 'act' | 'plugins'>,
  { port = 0, json }: UiOptions,
  { io, print }: Surroundings,
  pageOf: (seen: Seen) => Promise<string>,
): Promise<void> {
  const page = await pageOf(seen)
  const present = await openPresent(seen)
  const server = await serveWeb(
    { ...given, log: seen.log, assets: assetsIn(io.webFolder), present },
    { port, token: randomBytes(24).toString('base64url') },
  )
  const url = server.url + page
  if (json) print.json({ schema: 'loopwork/ui@1', url })
  else print.line(`Open ${url}\nCtrl-C ends it. The link is for you alone: it holds a token.`)
  await new Promise<void>((resolved) => {
    const stop = io.onSignal(['SIGINT', 'SIGTERM', 'SIGHUP'], () => {
      stop()
      resolved()
    })
  })
  await server.close()
}
