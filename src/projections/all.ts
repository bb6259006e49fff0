import { board } from './board.ts'
import { costs } from './costs.ts'
import { createdTasks } from './created-tasks.ts'
import { followUps } from './follow-ups.ts'
import { loops } from './loops.ts'
import { outbox } from './outbox.ts'
import { processList } from './process-list.ts'
import type { Projection } from './projection.ts'
import { sessions } from './sessions.ts'

/** Every view that is kept in the store. */
export const projections: readonly Projection[] = [
  board,
  costs,
  createdTasks,
  followUps,
  loops,
  outbox,
  sessions,
  processList,
]
