import type { BacklogSnapshot, BacklogTask } from '../../ports/backlog.ts'
import { idOf, numberOf } from './body-text.ts'
import { keepIn, readCache } from './cache.ts'
import { claimIn, commentsOf } from './claims.ts'
import type { Client } from './client.ts'
import { type ApiIssue, type KeptIssue, keptOf } from './issue.ts'
import type { GitHubOptions } from './options.ts'
import { createShelf } from './shelf.ts'

/** The issues of a repository as they were seen last; asks only for what has changed. */
export type Mirror = {
  /** Asks GitHub what has changed; says whether anything has. */
  look(): Promise<boolean>
  get(number: number): KeptIssue | undefined
  /** Takes an issue as GitHub has just given it. */
  put(issue: ApiIssue, heldBy?: string | null): Promise<KeptIssue>
  /** An issue that is not there any more, or no task any more. */
  drop(number: number): void
  tasks(): Pick<BacklogSnapshot, 'revision' | 'tasks'>
  keep(): void
}

const perPage = 100
/** How often all is read again, to find what has left without a trace. Pages that are the same cost nothing. */
const fullMs = 3_600_000
const longAgo = '1970-01-01T00:00:00Z'

export function openMirror(client: Client, options: GitHubOptions): Mirror {
  const { clock, labels, cacheFile } = options
  const found = cacheFile === null ? null : readCache(cacheFile, options.repo, labels.task)
  const shelf = createShelf(labels, found?.issues ?? [], found?.others ?? {}, options.defaultPriority)
  const pages = new Map<number, { etag: string | null; numbers: readonly number[] }>()
  let cursor = found?.cursor ?? null
  let etag = found?.etag ?? null
  let fullAt = found ? new Date(found.fullAt) : null
  let isKept = found !== null

  /** Adds what only further requests tell: native dependencies, and who holds it. */
  const whole = async (issue: ApiIssue): Promise<KeptIssue> => {
    const kept = keptOf(issue)
    const { number, isOpen } = kept
    const blockers = issue.issue_dependencies_summary?.total_blocked_by ?? 0
    const path = `/issues/${number}/dependencies/blocked_by`
    const native = blockers > 0 ? await client.all<ApiIssue>(path) : []
    const isHeld = isOpen && kept.labels.includes(labels.inProgress)
    const claim = isHeld ? claimIn(await commentsOf(client, number), clock.now()) : null
    return {
      ...kept,
      native: { ...kept.native, dependsOn: native.map((other) => idOf(other.number)) },
      heldBy: claim && claim.holder !== options.holder ? claim.holder : null,
    }
  }

  const take = async (issues: readonly ApiIssue[], asOf: number): Promise<void> => {
    const ours = issues.filter((issue) => !issue.pull_request && !shelf.isStale(issue, asOf))
    const tasks = ours.filter((issue) => shelf.isTask(issue))
    const kept = await Promise.all(tasks.map(whole))
    for (const issue of ours) if (!shelf.isTask(issue)) shelf.leave(issue)
    for (const issue of kept) shelf.put(issue, asOf)
  }

  /** Asks once for every issue that tasks depend on though it is no task. */
  const meetOthers = async (): Promise<void> => {
    for (const id of shelf.strangers()) {
      const number = numberOf(id)
      if (number !== null) shelf.meet(id, await isOpenStranger(client, number))
    }
  }

  const list = (query: Record<string, string | number>, known: string | null) =>
    client.get<ApiIssue[]>('/issues', { state: 'all', per_page: perPage, ...query }, known)

  /** One page of all tasks; says whether it is the last. */
  const readPage = async (page: number, there: Set<number>): Promise<boolean> => {
    const asOf = shelf.tick()
    const query = { labels: labels.task, sort: 'created', direction: 'asc', page }
    const known = pages.get(page)
    const answer = await list(query, known?.etag ?? null)
    if (answer.data) await take(answer.data, asOf)
    const numbers = answer.data?.map(({ number }) => number) ?? known?.numbers ?? []
    pages.set(page, { etag: answer.etag, numbers })
    for (const number of numbers) there.add(number)
    return answer.data ? answer.isLast : numbers.length < perPage
  }

  const readAll = async (): Promise<void> => {
    const newest = await list({ sort: 'updated', direction: 'desc', per_page: 1 }, null)
    const since = newest.data?.[0]?.updated_at ?? longAgo
    const there = new Set<number>()
    for (let page = 1, isLast = false; !isLast; page += 1) isLast = await readPage(page, there)
    shelf.keepOnly(there)
    if (cursor === null || since < cursor) {
      cursor = since
      etag = null
    }
    fullAt = clock.now()
  }

  /** Goes on page by page along the time of the change, so that what changes meanwhile is not skipped. */
  const readNew = async (since: string, page: number, known: string | null): Promise<void> => {
    const asOf = shelf.tick()
    const answer = await list({ sort: 'updated', direction: 'asc', since, page }, known)
    if (!answer.data) return
    await take(answer.data, asOf)
    const last = answer.data.at(-1)?.updated_at ?? since
    if (!answer.isLast) return last > since ? readNew(last, 1, null) : readNew(since, page + 1, null)
    etag = page === 1 && last === since ? answer.etag : null
    cursor = last
  }

  return {
    look: async () => {
      const before = shelf.revision
      const isDue = fullAt === null || clock.now().getTime() - fullAt.getTime() > fullMs
      if (cursor === null || isDue) await readAll()
      await readNew(cursor ?? longAgo, 1, etag)
      await meetOthers()
      const isChanged = shelf.revision !== before
      isKept &&= !isChanged
      return isChanged
    },
    get: shelf.get,
    put: async (issue, heldBy) => {
      const asOf = shelf.tick()
      const kept = await whole(issue)
      const now = heldBy === undefined ? kept : { ...kept, heldBy }
      if (shelf.isTask(issue)) shelf.put(now, asOf)
      else shelf.leave(issue)
      isKept = false
      return now
    },
    drop: (number) => {
      shelf.drop(number)
      isKept = false
    },
    tasks: () => ({ revision: String(shelf.revision), tasks: shelf.tasks() as readonly BacklogTask[] }),
    keep: () => {
      if (cacheFile === null || cursor === null || fullAt === null || isKept) return
      const { repo } = options
      const { issues, others } = shelf.content()
      keepIn(cacheFile, {
        version: 1,
        repo,
        taskLabel: labels.task,
        cursor,
        etag,
        fullAt: fullAt.toISOString(),
        issues,
        others,
      })
      isKept = true
    },
  }
}

async function isOpenStranger(client: Client, number: number): Promise<boolean> {
  const { data } = await client.get<ApiIssue>(`/issues/${number}`)
  return data?.state !== 'closed'
}
