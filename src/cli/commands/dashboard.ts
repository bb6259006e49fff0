import type { Action } from '../command.ts'
import { openProject } from '../open-project.ts'
import { withApp } from '../open-store.ts'

type Options = {
  namespace?: string | undefined
  config?: string | undefined
  json?: boolean
  watch?: boolean
  web?: boolean
}

/** Everything about a project on one screen: a single look, or for as long as one likes. */
export const dashboard: Action<Options> = {
  options: (yargs) =>
    yargs.options({
      watch: {
        alias: 'w',
        type: 'boolean',
        default: false,
        describe: 'Stay, redraw as things happen, and hear keys',
      },
      web: { type: 'boolean', default: false, describe: 'In the browser: the same as `ui`' },
    }) as never,
  run: async (options, surroundings) => {
    const { io, print } = surroundings
    if (options.web) {
      const { serveUi } = await import('../web/serve-ui.ts')
      return serveUi(options, surroundings)
    }
    const project = await openProject(options, surroundings)
    const place = { project: project.root, dailyBudgetUsd: project.settings.budget.dailyUsd }
    await withApp(project, io, async (app) => {
      if (options.watch && io.isTty && io.isInputTty) {
        const { watchDashboard } = await import('../dashboard/watch.tsx')
        await watchDashboard(app, project, place, surroundings)
        return
      }
      if (options.watch) print.warn('--watch needs a terminal; this is a single look')
      const { openSceneReader } = await import('../dashboard/read-scene.ts')
      const scene = await (await openSceneReader(app, place)).read()
      if (options.json) {
        print.json({ schema: 'loopwork/dashboard@1', ...scene, outputs: Object.fromEntries(scene.outputs) })
        return
      }
      const { drawOnce } = await import('../dashboard/once.tsx')
      print.line(drawOnce(scene, io))
    })
    return 0
  },
}
