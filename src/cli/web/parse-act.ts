import { LoopworkError } from '../../errors.ts'
import type { Act } from '../dashboard/ui.ts'

/** What a page may ask for. */
export type Doable =
  | Exclude<Act, { do: 'quit' }>
  | { readonly do: 'answer'; readonly task: string; readonly text: string }

const onLoops = ['pause', 'continue', 'stop', 'kill'] as const
const onTasks = ['skip', 'retry'] as const

/** What a page asks for, checked: `{ do: 'pause', namespace }`, `{ do: 'skip', task }`, `{ do: 'answer', task, text }`. */
export function parseAct(request: unknown): Doable {
  const { do: what, namespace, task, text } = Object(request) as Record<string, unknown>
  const forLoop = onLoops.find((one) => one === what)
  const forTask = onTasks.find((one) => one === what)
  if (forLoop && isName(namespace)) return { do: forLoop, namespace }
  if (forTask && isName(task)) return { do: forTask, task }
  if (what === 'answer' && isName(task) && typeof text === 'string') return { do: what, task, text }
  throw new LoopworkError('invalid', 'this cannot be asked for', {
    hint: `One of ${onLoops.join(', ')} with a namespace, of ${onTasks.join(', ')} with a task, or answer with a task and a text.`,
  })
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length < 500
}
