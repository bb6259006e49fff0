import { LoopworkError } from '../../errors.ts'
import type { Action } from '../command.ts'
import { findState } from '../find-state.ts'
import { hasStore, withApp } from '../open-store.ts'

type Options = { check?: boolean; json?: boolean }

/** Throws the views away and folds them again; says whether the result is the same. */
export const rebuild: Action<Options> = {
  options: (yargs) =>
    yargs.option('check', {
      type: 'boolean',
      default: false,
      describe: 'Only compare, change nothing',
    }) as never,
  run: async (options, { io, print }) => {
    const place = findState(io)
    if (!hasStore(place.stateDir)) {
      throw new LoopworkError('not_found', 'there is no log here to rebuild anything from', {
        hint: 'Begin with `loopwork start`.',
      })
    }
    const { rebuildViews } = await import('../../runtime/rebuild.ts')
    const { projections } = await import('../../projections/all.ts')
    const results = await withApp(place, io, (app) => rebuildViews(app, projections, options.check === true))
    if (options.json) print.json({ schema: 'loopwork/rebuild@1', views: results })
    else {
      print.table(
        ['View', 'Events', 'Rows', 'Different'],
        results.map(({ view, events, rows, different }) => [view, events, rows, different].map(String)),
      )
    }
    const wrong = results.filter(({ different }) => different > 0)
    if (wrong.length === 0) {
      if (!options.json) print.line(print.paint.green('Every view is what the log says.'))
      return 0
    }
    throw new LoopworkError(
      'corrupt',
      `${wrong.map(({ view }) => view).join(', ')} did not agree with the log`,
      {
        hint: options.check
          ? 'Run `loopwork rebuild` to replace them.'
          : 'They have been replaced. Please report this.',
      },
    )
  },
}
