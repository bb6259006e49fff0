import { randomBytes } from 'node:crypto'
import { createSessionFiles } from '../../adapters/files/session-files.ts'
import type { Action } from '../command.ts'
import { carryOut } from '../dashboard/act.ts'
import { openProject } from '../open-project.ts'
import { withApp } from '../open-store.ts'
import { parseAct } from '../web/parse-act.ts'

type Options = {
  namespace?: string | undefined
  config?: string | undefined
  port?: number
  json?: boolean
}

/** The web app: a board, a timeline, a bill and the charts, on this machine alone. */
export const ui: Action<Options> = {
  options: (yargs) =>
    yargs.option('port', {
      type: 'number',
      default: 0,
      describe: 'The port; 0 takes any that is free',
    }) as never,
  run: async ({ port = 0, ...options }, surroundings) => {
    const { io, print } = surroundings
    const project = await openProject(options, surroundings)
    const { serveWeb } = await import('../../web/serve.ts')
    const { assetsIn } = await import('../../web/assets.ts')
    await withApp(project, io, async (app) => {
      const server = await serveWeb(
        {
          log: app.log,
          files: createSessionFiles(app.stateDir),
          assets: assetsIn(io.webFolder),
          place: { project: project.root, dailyBudgetUsd: project.settings.budget.dailyUsd },
          act: (request) => carryOut(app, project, parseAct(request)),
        },
        { port, token: randomBytes(24).toString('base64url') },
      )
      if (options.json) print.json({ schema: 'loopwork/ui@1', url: server.url })
      else print.line(`Open ${server.url}\nCtrl-C ends it. The link is for you alone: it holds a token.`)
      await new Promise<void>((resolve) => {
        const stop = io.onSignal(['SIGINT', 'SIGTERM', 'SIGHUP'], () => {
          stop()
          resolve()
        })
      })
      await server.close()
    })
    return 0
  },
}
