import { readdir, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { unlessGone } from './segments.ts'

/** How much of the files of sessions is kept. Null: without bound. */
export type Retention = {
  readonly maxAgeMs: number | null
  /** Sessions of one namespace. */
  readonly maxSessions: number | null
  /** All namespaces together. */
  readonly maxBytes: number | null
}

/** What the log still needs, whatever the bounds say. Paths relative to the state folder. */
export type Needed = {
  /** Sessions that are going on, or may be gone on with. */
  readonly sessions: ReadonlySet<string>
  /** Attempts that are open, or whose output the next attempt is shown: `<session>/iteration-<n>`. */
  readonly attempts: ReadonlySet<string>
}

export type Pruned = { readonly sessions: number; readonly attempts: number; readonly bytes: number }

/** Files that go together: those of one attempt, or one segment of a log that was put aside. */
type Group = {
  readonly session: string
  readonly key: string
  paths: string[]
  bytes: number
  newestMs: number
}

/**
 * Takes away the files of sessions that are over: by number whole sessions, by age and by size the oldest
 * attempts first. What the log of a session says stays as long as its session is among those that are kept.
 */
export async function pruneSessions(
  stateDir: string,
  retention: Retention,
  needed: Needed,
  now: Date,
): Promise<Pruned> {
  const pruned = { sessions: 0, attempts: 0, bytes: 0 }
  const take = async (group: Group): Promise<void> => {
    for (const path of group.paths) await rm(path, { force: true })
    pruned.attempts += 1
    pruned.bytes += group.bytes
  }

  const sessions = await sessionsIn(stateDir)
  for (const session of tooMany(sessions, retention.maxSessions, needed)) {
    const groups = await groupsIn(stateDir, session)
    if (groups.some(({ key }) => needed.attempts.has(key))) continue
    await rm(join(stateDir, session), { recursive: true, force: true })
    pruned.sessions += 1
    pruned.bytes += groups.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  const groups = (
    await Promise.all((await sessionsIn(stateDir)).map((one) => groupsIn(stateDir, one)))
  ).flat()
  groups.sort((a, b) => a.newestMs - b.newestMs)
  let bytes = groups.reduce((sum, group) => sum + group.bytes, 0)
  for (const group of groups) {
    const isOld = retention.maxAgeMs !== null && now.getTime() - group.newestMs > retention.maxAgeMs
    const isTooMuch = retention.maxBytes !== null && bytes > retention.maxBytes
    if (!(isOld || isTooMuch) || needed.attempts.has(group.key)) continue
    await take(group)
    bytes -= group.bytes
  }
  return pruned
}

/** Folders of sessions, relative to the state folder, the oldest of each namespace first. */
async function sessionsIn(stateDir: string): Promise<string[]> {
  const root = join(stateDir, 'sessions')
  const namespaces = await readdir(root).catch(unlessGone([]))
  const found = await Promise.all(
    namespaces.map(async (namespace) => {
      const names = await readdir(join(root, namespace)).catch(unlessGone([]))
      return names.sort(inTime).map((name) => join('sessions', namespace, name))
    }),
  )
  return found.flat()
}

/** Their names begin with the time; `-2` and so on tell those of one second apart. */
function inTime(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true })
}

function tooMany(sessions: readonly string[], max: number | null, needed: Needed): string[] {
  if (max === null) return []
  const namespaces = new Map<string, string[]>()
  for (const session of sessions) {
    const parent = dirname(session)
    namespaces.set(parent, [...(namespaces.get(parent) ?? []), session])
  }
  return [...namespaces.values()].flatMap((all) =>
    all.slice(0, Math.max(0, all.length - max)).filter((session) => !needed.sessions.has(session)),
  )
}

async function groupsIn(stateDir: string, session: string): Promise<Group[]> {
  const groups = new Map<string, Group>()
  for (const [folder, pattern] of [
    ['logs', /^iteration-\d+/],
    ['.', /^loopwork\.\d+(?=\.log$)/],
  ] as const) {
    const place = join(stateDir, session, folder)
    for (const name of await readdir(place).catch(unlessGone([]))) {
      const stem = pattern.exec(name)?.[0]
      const status = stem === undefined ? null : await stat(join(place, name)).catch(unlessGone(null))
      if (stem === undefined || !status) continue
      const key = `${session}/${stem}`
      const group = groups.get(key) ?? { session, key, paths: [], bytes: 0, newestMs: 0 }
      group.paths.push(join(place, name))
      group.bytes += status.size
      group.newestMs = Math.max(group.newestMs, status.mtimeMs)
      groups.set(key, group)
    }
  }
  return [...groups.values()]
}
