import type { PluginAnswer, PluginRequest } from '../config/plugin-context.ts'
import { asFailure } from '../errors.ts'
import { type LoopStream, type TaskStream, taskStream } from '../events/event.ts'
import type { Request } from '../machines/subjects.ts'
import type { Clock } from '../ports/clock.ts'
import type { Reporter } from './reports.ts'

/** So many requests at once, and so many a second in the long run. */
const most = 50
const perSecond = 10
const tasks = new Set(['complete', 'fail', 'cancel', 'skip', 'reset'])
const loops = new Set(['pause', 'continue', 'drain', 'hold'])

/** A plugin's way to ask for things. Too many requests are refused before anybody looks at them. */
export function createAsk(given: {
  readonly loop: LoopStream
  readonly clock: Pick<Clock, 'now'>
  readonly reporter: Reporter
  /** The name of the backlog in the log. */
  backlog(): Promise<string>
  dispatch(requests: readonly Request[]): Promise<unknown>
}): (request: PluginRequest) => Promise<PluginAnswer> {
  const { clock, reporter, dispatch } = given
  let left = most
  let filledAt = clock.now().getTime()

  const isTooMuch = (): boolean => {
    const now = clock.now().getTime()
    left = Math.min(most, left + ((now - filledAt) / 1000) * perSecond)
    filledAt = now
    if (left < 1) return true
    left -= 1
    return false
  }

  return async (request) => {
    if (isTooMuch()) {
      reporter.count(
        'throttled',
        `asks for more than ${perSecond} things a second; what is too much is refused`,
      )
      return { accepted: false, problem: 'too many requests' }
    }
    try {
      await dispatch([await toRequest(given, request)])
      return { accepted: true }
    } catch (thrown) {
      const problem = asFailure(thrown).message
      reporter.count(
        'refused',
        `its request ${JSON.stringify(request?.type ?? null)} was refused: ${problem}`,
      )
      return { accepted: false, problem }
    }
  }
}

async function toRequest(
  { loop, backlog }: { readonly loop: LoopStream; backlog(): Promise<string> },
  request: PluginRequest,
): Promise<Request> {
  const { type, reason } = request
  if (typeof reason !== 'string' || reason === '') throw new Error('a request needs a reason')
  if (tasks.has(type) && 'task' in request) {
    const stream: TaskStream = taskStream(await backlog(), request.task)
    return { stream, command: { type: request.type, reason } }
  }
  if (!loops.has(type) || 'task' in request) throw new Error('there is no such request')
  if (request.type !== 'hold') return { stream: loop, command: { type: request.type, reason } }
  const until = new Date(request.until)
  if (Number.isNaN(until.getTime())) throw new Error('`until` is no instant')
  return { stream: loop, command: { type: 'hold', reason, until: until.toISOString() } }
}
