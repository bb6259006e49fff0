import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import type { App } from '../../app.ts'
import { asFailure } from '../../errors.ts'
import { assetsIn } from '../../web/assets.ts'
import { serveWeb } from '../../web/serve.ts'
import type { Io } from '../io.ts'
import type { Project } from '../open-project.ts'
import { predecessorsAnswers } from './predecessors-answers.ts'
import { openPresent } from './present.ts'
import { projectSources } from './project-sources.ts'

/** The web app beside a run: it ends with it, and what goes wrong with it never ends the run. */
export type Dashboard = { close(): Promise<void> }

/** Serves the web app while a run works, where the configuration asks for it; `say` shows a line. */
export async function serveDashboard(
  app: App,
  project: Project,
  io: Io,
  say: (text: string) => void,
): Promise<Dashboard | null> {
  const { dashboard } = project.settings
  if (!dashboard) return null
  const { port, isOpened, refusedHost } = dashboard
  if (refusedHost) say(`dashboard: it is served on this machine alone, not on ${refusedHost}`)
  try {
    const server = await serveWeb(
      {
        ...projectSources(app, project),
        log: app.log,
        assets: assetsIn(io.webFolder),
        present: await openPresent(app),
        more: predecessorsAnswers(app, project.settings.namespace),
      },
      { port, token: io.env.LOOPWORK_DASHBOARD_TOKEN || randomBytes(24).toString('base64url') },
    )
    say(`dashboard: open ${server.url}`)
    if (isOpened) openInBrowser(server.url, io)
    return server
  } catch (thrown) {
    say(`dashboard: not served, the run goes on: ${asFailure(thrown).message}`)
    return null
  }
}

const openers: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: ['open'],
  win32: ['explorer.exe'],
}

/** Opens the page where there is a desktop; where there is none, the link that was shown has to do. */
function openInBrowser(url: string, { env, platform }: Io): void {
  const isDesktop = platform !== 'linux' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY)
  if (!isDesktop || env.CI) return
  const [file = 'xdg-open', ...args] = openers[platform] ?? ['xdg-open']
  const child = spawn(file, [...args, url], { detached: true, stdio: 'ignore' })
  child.on('error', () => undefined)
  child.unref()
}
