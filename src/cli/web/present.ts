import type { App } from '../../app.ts'
import { board } from '../../projections/board.ts'
import { costs } from '../../projections/costs.ts'
import { loops } from '../../projections/loops.ts'
import type { Present } from '../../web/shapes.ts'

/** Everything as it stands now, from the kept views: what the log has grown by since is all that is folded. */
export async function readPresent(
  app: Pick<App, 'view'> & { readonly log: Pick<App['log'], 'readAfter'> },
): Promise<Present> {
  const views = await Promise.all([board, costs, loops].map((projection) => app.view(projection)))
  const position = Math.min(...views.map((view) => view.position))
  const [onBoard, inCosts, ofLoops] = await Promise.all(views.map((view) => view.rows<unknown>('')))
  let at = ''
  for await (const [last] of app.log.readAfter(Math.max(0, position - 1), { limit: 1 })) at = last?.at ?? ''
  return {
    position,
    at,
    board: [...(onBoard ?? [])],
    costs: [...(inCosts ?? [])].filter(([key]) => !key.startsWith('session/') && !key.startsWith('open/')),
    loops: [...(ofLoops ?? [])],
  }
}
