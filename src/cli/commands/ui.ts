import type { Action } from '../command.ts'
import type { UiOptions } from '../web/serve-ui.ts'

/** The web app: a board, a timeline, a bill and the charts, on this machine alone. */
export const ui: Action<UiOptions> = {
  options: (yargs) =>
    yargs.options({
      port: { type: 'number', default: 0, describe: 'The port; 0 takes any that is free' },
      file: { type: 'string', describe: 'Show the events of this file (`loopwork export`) instead' },
    }) as never,
  run: async (options, surroundings) => {
    const { serveUi } = await import('../web/serve-ui.ts')
    return serveUi(options, surroundings)
  },
}
