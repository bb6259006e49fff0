import { firstValueFrom, merge, timer } from 'rxjs'
import { LoopworkError } from '../../errors.ts'
import type { Fact } from '../../events/catalogue.ts'
import type { NewTask } from '../../ports/backlog.ts'
import type { Office, Place } from '../office.ts'
import type { Badge } from './badge.ts'

/** How long the loop is waited for to add what was asked for, in milliseconds; it is added even later. */
const patienceMs = 30_000

/** What became of a sub-task that was asked for; null where the loop has not got to it yet. */
export type Split = { readonly taskId: string | null; readonly title: string }

/** Whether this attempt has asked for it before, in a call that broke off. */
export async function isAsked(place: Place, badge: Badge, title: string): Promise<boolean> {
  return (await requestOf(place, badge, title)) !== null
}

/** Asks the loop for a sub-task, through the log. */
export async function ask(place: Place, badge: Badge, wanted: NewTask): Promise<void> {
  const { title, description = '', priority = null, dependsOn = [] } = wanted
  await badge.say(place, { say: 'split', title, description, priority, dependsOn: [...dependsOn] })
}

/** Waits until the loop has added what was asked for, or will not; but no longer than so long. */
export async function outcomes(
  office: Office,
  badge: Badge,
  titles: readonly string[],
  signal: AbortSignal,
): Promise<Split[]> {
  const place = await office.place()
  const { app } = place
  const last = app.clock.now().getTime() + patienceMs
  for (;;) {
    const found = await Promise.all(titles.map((title) => outcome(place, badge, title)))
    const left = last - app.clock.now().getTime()
    if (left <= 0 || signal.aborted || found.every(({ taskId }) => taskId !== null)) return found
    await firstValueFrom(merge(app.log.bell, timer(Math.min(left, 1_000))), { defaultValue: undefined })
  }
}

async function outcome(place: Place, badge: Badge, title: string): Promise<Split> {
  const request = await requestOf(place, badge, title)
  for await (const { event } of place.app.log.readStream(badge.stream)) {
    if (event.type === 'task.subtaskAdded' && event.data.request === request)
      return { taskId: event.data.id, title }
    if (event.type === 'task.subtaskRefused' && event.data.request === request) {
      throw new LoopworkError('rejected', `the sub-task ${title} was not added: ${event.data.reason}`)
    }
  }
  return { taskId: null, title }
}

async function requestOf({ app }: Place, { stream, attempt }: Badge, title: string): Promise<string | null> {
  const isIt = ({ event }: Fact): boolean =>
    event.type === 'task.subtaskAsked' && event.data.attempt === attempt && event.data.title === title
  for await (const fact of app.log.readStream(stream)) if (isIt(fact)) return fact.id
  return null
}
