import { board } from '../../projections/board.ts'
import { costs } from '../../projections/costs.ts'
import { loops } from '../../projections/loops.ts'
import type { Present } from '../../web/shapes.ts'
import type { Seen } from './serve-ui.ts'

/** What a first page shows of the costs; those of single tasks follow from the log. */
const costsShown = ['total', 'day/', 'namespace/']

/**
 * Everything as it stands, again and again: the views are opened once and kept, so that what the log has grown by
 * since is all that is folded.
 */
export async function openPresent({ log, view }: Seen): Promise<() => Promise<Present>> {
  const [onBoard, inCosts, ofLoops] = await Promise.all([view(board), view(costs), view(loops)])
  return async () => {
    for (const one of [onBoard, inCosts, ofLoops]) await one.catchUp()
    const position = Math.min(onBoard.position, inCosts.position, ofLoops.position)
    let at = ''
    for await (const [last] of log.readAfter(Math.max(0, position - 1), { limit: 1 })) at = last?.at ?? ''
    return {
      position,
      at,
      board: rowsIn(await onBoard.all()),
      costs: rowsIn(await inCosts.all()).filter(([key]) =>
        costsShown.some((prefix) => key.startsWith(prefix)),
      ),
      loops: rowsIn(await ofLoops.all()),
    }
  }
}

function rowsIn(all: ReadonlyMap<string, unknown>): [key: string, row: unknown][] {
  return [...all].filter(([, row]) => row !== undefined)
}
