import type { App } from '../app.ts'
import type { Fact } from '../events/catalogue.ts'
import type { StreamId } from '../events/event.ts'
import { narrate } from '../projections/narration.ts'

/** One thing that happened, as a sentence. */
export type Happening = {
  readonly at: string
  readonly level: string
  readonly text: string
  readonly type: string
  readonly by: string
}

/** What happened to one subject, oldest first; the last `count` of it. */
export async function historyOf(app: App, stream: StreamId, count: number): Promise<Happening[]> {
  const last: Fact[] = []
  for await (const fact of app.log.readStream(stream)) {
    last.push(fact)
    if (last.length > count) last.shift()
  }
  return last.map((fact) => {
    const { level, text } = narrate(fact)
    return { at: fact.at, level, text, type: fact.event.type, by: fact.by }
  })
}

/** The same as lines of text. */
export function asLines(happenings: readonly Happening[]): string {
  return happenings.map(({ at, level, text }) => `${at} ${level.toUpperCase().padEnd(5)} ${text}\n`).join('')
}
