import { taskOf } from '../../events/event.ts'
import type { AttemptInput } from '../../machines/task/moves.ts'
import type { Activity, AgentReader } from '../../ports/agent.ts'
import type { AttemptFiles, GrowingFile } from '../../ports/session-files.ts'
import type { House, Worker } from '../house.ts'

/** How much is read at once, so that other work goes on between; and what is looked at of plain output. */
const chunkBytes = 1 << 20
const plainTailBytes = 1 << 16

/** Reads what an attempt prints: for the agent's reader, for those who watch, and for the file people read. */
export type Transcript = {
  readonly reader: AgentReader
  /** Reads what has come since. */
  readOn(): Promise<void>
  /** Reads to the end, of what nobody writes any more. */
  finish(): Promise<void>
  close(): Promise<void>
}

export async function openTranscript(
  house: Pick<House, 'files' | 'live'>,
  { task, attempt }: AttemptInput,
  worker: Pick<Worker, 'adapter'>,
  files: AttemptFiles,
): Promise<Transcript> {
  const reader = worker.adapter.reader(attempt.model)
  const isRendered = worker.adapter.structured
  const stdout = house.files.follow(files.stdout)
  const stderr = house.files.follow(files.stderr)
  const { id } = taskOf(task)
  if (isRendered) await house.files.write(files.output, '')

  const take = async (source: 'stdout' | 'stderr', lines: readonly string[]): Promise<void> => {
    const activities = lines.flatMap((line) => reader.read(source, line))
    for (const activity of activities) house.live.next({ task: id, activity, usage: reader.usage() })
    const text = activities.map(render).join('')
    if (isRendered && text) await house.files.append(files.output, text)
  }

  const drain = async (source: 'stdout' | 'stderr', file: GrowingFile): Promise<void> => {
    const skip = !isRendered || source === 'stderr'
    for (let more = true; more; ) {
      const batch = await file.read({ atMost: skip ? plainTailBytes : chunkBytes, skip })
      more = batch.more
      await take(source, batch.lines)
    }
  }

  return {
    reader,
    readOn: async () => {
      await drain('stdout', stdout)
      await drain('stderr', stderr)
    },
    finish: async () => {
      await drain('stdout', stdout)
      await drain('stderr', stderr)
      if (stdout.rest()) await take('stdout', [stdout.rest()])
      if (stderr.rest()) await take('stderr', [stderr.rest()])
    },
    close: async () => {
      await stdout.close()
      await stderr.close()
    },
  }
}

/** One thing the agent did, as a person reads it. */
function render(activity: Activity): string {
  switch (activity.kind) {
    case 'text':
      return `${activity.text}\n`
    case 'thinking':
      return `(thinks) ${activity.text}\n`
    case 'tool':
      return `> ${activity.name} ${activity.detail}\n`
    case 'tool-failed':
      return `! ${activity.name} failed: ${activity.detail}\n`
    case 'notice':
      return `- ${activity.text}\n`
  }
}
