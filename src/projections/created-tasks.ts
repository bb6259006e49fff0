import { taskOf } from '../events/event.ts'
import type { Projection } from './projection.ts'

/** Which task was created under which key of the asker's own, so that asking twice creates one. Rows by key. */
export const createdTasks: Projection = {
  name: 'created-tasks',
  version: 1,
  on: {
    'task.createdUnderKey': (rows, { key }, { stream }) => rows.set(key, taskOf(stream).id),
  },
}
