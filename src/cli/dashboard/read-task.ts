import { createSessionFiles } from '../../adapters/files/session-files.ts'
import type { App } from '../../app.ts'
import type { StreamId } from '../../events/event.ts'
import type { TaskEvent } from '../../events/task.ts'
import { narrate } from '../../projections/narration.ts'
import { plain } from './plain.ts'
import { outputLines } from './read-scene.ts'
import type { EventLine } from './scene.ts'
import type { Reading } from './screen.tsx'

/** How much of an output can be scrolled through, in bytes from its end. */
const outputBytes = 262_144

/** The whole history of one task, and the end of what its last attempt has printed. */
export async function readTask(app: App, stream: string): Promise<Reading> {
  const story: EventLine[] = []
  let last: Extract<TaskEvent, { type: 'task.claimed' }>['data'] | null = null
  for await (const fact of app.log.readStream(stream as StreamId)) {
    const { level, text } = narrate(fact)
    story.push({ at: fact.at, level, subject: fact.event.type.replace('task.', ''), text: plain(text) })
    if (fact.event.type === 'task.claimed') last = fact.event.data
  }
  if (!last) return { story, output: [] }
  const files = createSessionFiles(app.stateDir)
  const { output } = files.of(last.files, last.iteration, true)
  return { story, output: outputLines(await files.tail(output, outputBytes)) }
}
