import { taskOf } from '../events/event.ts'
import type { Projection } from './projection.ts'

/** What the correlation of everything begins with that was asked for under a key of the asker's own. */
const keyPrefix = 'key/'

/** The correlation of what is asked for under this key. */
export function correlationOf(key: string): string {
  return keyPrefix + key
}

/** Which task was created under which key, so that asking twice creates one. Rows by correlation. */
export const createdTasks: Projection = {
  name: 'created-tasks',
  version: 1,
  on: {
    'task.queued': (rows, _, { correlation, stream }) => {
      if (correlation.startsWith(keyPrefix)) rows.set(correlation, taskOf(stream).id)
    },
  },
}
