import type { AgentReader } from '../ports/agent.ts'
import type { AttemptFiles, SessionFiles } from '../ports/session-files.ts'

const chunkBytes = 1 << 20

/** What an agent said, without its thoughts and what it did: all of it, or so many characters of its end. */
export async function saidIn(
  reader: AgentReader,
  files: Pick<AttemptFiles, 'stdout' | 'stderr'>,
  sessions: Pick<SessionFiles, 'follow'>,
  most = Number.POSITIVE_INFINITY,
): Promise<string> {
  let said = ''
  for (const source of ['stderr', 'stdout'] as const) {
    const file = sessions.follow(files[source])
    for (let more = true; more; ) {
      const batch = await file.read({ atMost: chunkBytes, skip: false })
      more = batch.more
      const lines = more || !file.rest() ? batch.lines : [...batch.lines, file.rest()]
      const activities = lines.flatMap((line) => reader.read(source, line))
      if (source === 'stderr') continue
      const texts = activities.flatMap((one) => (one.kind === 'text' ? [one.text] : []))
      said = [...(said ? [said] : []), ...texts].join('\n').slice(-most)
    }
    await file.close()
  }
  return said
}
