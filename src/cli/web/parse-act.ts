import { LoopworkError } from '../../errors.ts'
import type { Act } from '../dashboard/ui.ts'

type Doable = Exclude<Act, { do: 'quit' }>

const onLoops = ['pause', 'continue', 'stop', 'kill'] as const
const onTasks = ['skip', 'retry'] as const

/** What a page asks for, checked: `{ do: 'pause', namespace }` or `{ do: 'skip', task }`. */
export function parseAct(request: unknown): Doable {
  const { do: what, namespace, task } = Object(request) as Record<string, unknown>
  const forLoop = onLoops.find((one) => one === what)
  const forTask = onTasks.find((one) => one === what)
  if (forLoop && isName(namespace)) return { do: forLoop, namespace }
  if (forTask && isName(task)) return { do: forTask, task }
  throw new LoopworkError('invalid', 'this cannot be asked for', {
    hint: `One of ${onLoops.join(', ')} with a namespace, or of ${onTasks.join(', ')} with a task.`,
  })
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length < 500
}
