import { isFailure, type LoopworkError } from '../errors.ts'
import type { taskStream } from '../events/event.ts'
import type { Request } from '../machines/subjects.ts'
import type { BacklogStatus } from '../ports/backlog.ts'
import type { TaskRow } from '../projections/task-row.ts'

/** Whether somebody else wrote first, so that another look is needed. */
const isOutrun = (thrown: unknown): boolean => isFailure(thrown, 'rejected') || isFailure(thrown, 'conflict')

/** For what is asked again after the next look, where somebody else wrote first. */
export function falseIfOutrun(thrown: unknown): false {
  if (!isOutrun(thrown)) throw thrown
  return false
}

/** How often one looks anew because another process brought backlog and log together at the same time. */
const tries = 30

/** Does it again where somebody else wrote first. */
export async function unlessOutrun<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let nth = 1; ; nth += 1) {
    try {
      return await work()
    } catch (thrown) {
      if (!isOutrun(thrown) || nth === tries) throw thrown
    }
  }
}

/** Has a remote backlog be told, by and by. */
export function tellRequest(
  stream: ReturnType<typeof taskStream>,
  { status, note }: { readonly status: BacklogStatus; readonly note: string | undefined },
): Request {
  return { stream, command: { type: 'requestTell', status, note: note ?? null } }
}

/** What is kept with a status in the backlog, for the person who looks there. */
export function noteOf(row: TaskRow, status: BacklogStatus): string | undefined {
  if (status === 'failed') return row.reason ?? row.lastFailure?.reason ?? 'no reason was given'
  if (status === 'completed') return `Completed by loopwork${row.reason ? `: ${row.reason}` : ''}`
  return undefined
}

/** Why a backlog could not be told, where that may be mended or pass; null where it was told. */
export async function failureOf(tell: () => Promise<void>): Promise<LoopworkError | null> {
  try {
    await tell()
    return null
  } catch (thrown) {
    const isPassing = (['unavailable', 'invalid', 'not_found'] as const).some((code) =>
      isFailure(thrown, code),
    )
    if (!isPassing) throw thrown
    return thrown as LoopworkError
  }
}
