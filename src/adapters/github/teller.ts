import { isFailure, LoopworkError } from '../../errors.ts'
import type { Backlog, BacklogStatus, Delivery } from '../../ports/backlog.ts'
import { idOf } from './body-text.ts'
import { claimIn, claimsOf, claimText, commentsOf, markerOf, withoutMarks } from './claims.ts'
import type { Client } from './client.ts'
import { type ApiIssue, changeTo, type KeptIssue, keptOf, statusOf } from './issue.ts'
import { planLabels, setUpLabels } from './labels.ts'
import { lookAt } from './look-at.ts'
import type { Mirror } from './mirror.ts'
import { numberOfTask } from './number-of-task.ts'
import type { GitHubOptions } from './options.ts'

/** What a comment may hold, in characters, with room for what is put around it. */
const longestNote = 60_000

/**
 * Tells GitHub what became of a task. Every step can be repeated: what may have been done is looked for first,
 * and what somebody else has changed since it was seen last is left as it is.
 */
export function createTeller(client: Client, mirror: Mirror, options: GitHubOptions): Backlog['tell'] {
  const { labels, holder, clock } = options
  const claimed = new Map<number, readonly number[]>()

  const assertUnchanged = async (api: ApiIssue, issue: KeptIssue, status: BacklogStatus): Promise<void> => {
    const before = mirror.get(issue.number)
    const found = statusOf(issue, labels)
    const isOurs = issue.labels.includes(labels.task)
    if (isOurs && before && (found === statusOf(before, labels) || found === status)) return
    await mirror.put(api)
    const what = isOurs ? `is ${found} there` : `has lost the label ${labels.task}`
    throw new LoopworkError('conflict', `${idOf(issue.number)} was changed by somebody else: it ${what}`)
  }

  const claim = async (api: ApiIssue & { comments?: number }): Promise<void> => {
    const { number } = api
    const before = api.comments === 0 ? [] : await commentsOf(client, number)
    await assertFree(api, claimIn(before, clock.now())?.holder)
    if (claimsOf(holder, before).length === 0) {
      await client.send('POST', `/issues/${number}/comments`, { body: claimText(holder) })
    }
    const after = await commentsOf(client, number)
    const mine = claimsOf(holder, after)
    const winner = claimIn(after, clock.now())?.holder
    if (winner !== undefined && winner !== holder) await release(mine)
    await assertFree(api, winner)
    claimed.set(number, mine)
  }

  const assertFree = async (api: ApiIssue, by: string | undefined): Promise<void> => {
    if (by === undefined || by === holder) return
    await mirror.put(api, by)
    throw new LoopworkError('conflict', `${by} works on ${idOf(api.number)}`)
  }

  const release = async (comments: readonly number[]): Promise<void> => {
    for (const id of comments) {
      await client.send('DELETE', `/issues/comments/${id}`, {}).catch((thrown) => {
        if (!isFailure(thrown, 'not_found')) throw thrown // it is gone already
      })
    }
  }

  /** Leaves the note, once, and ends the claim. */
  const conclude = async (
    number: number,
    text: string | null,
    { key, mayBeDone }: Delivery,
    wasClaimed: boolean,
  ): Promise<void> => {
    const own = claimed.get(number)
    const mustLook = (text !== null && mayBeDone) || (wasClaimed && own === undefined)
    const comments = mustLook ? await commentsOf(client, number) : []
    const isThere = comments.some(({ body = '' }) => body.includes(markerOf(key)))
    if (text !== null && !isThere) {
      await client.send('POST', `/issues/${number}/comments`, { body: `${text}\n\n${markerOf(key)}` })
    }
    if (wasClaimed) await release(own ?? claimsOf(holder, comments))
    claimed.delete(number)
  }

  const change = async (api: ApiIssue, issue: KeptIssue, status: BacklogStatus): Promise<void> => {
    const wanted = changeTo(status, issue, labels)
    const me = await client.login().catch(() => null) // a token of an app has no user
    const assignees = assigneesFor(status, issue, me)
    if (isSame(issue, wanted, assignees)) {
      await mirror.put(api, null) // done before, though no answer came
      return
    }
    const body = { ...wanted, assignees }
    const path = `/issues/${issue.number}`
    const answer = await client.send<ApiIssue>('PATCH', path, body).catch(async (thrown) => {
      if (!(thrown instanceof LoopworkError) || !/label/i.test(thrown.message)) throw thrown
      await setUpLabels(client, await planLabels(client, labels)) // somebody has deleted one
      return client.send<ApiIssue>('PATCH', path, body)
    })
    await mirror.put(answer, null)
  }

  return async (id, status, note, delivery = { key: `${id}-${status}`, mayBeDone: true }) => {
    const number = numberOfTask(id)
    const api = await lookAt(number, client, mirror)
    const issue = keptOf(api)
    await assertUnchanged(api, issue, status)
    if (status === 'in-progress') await claim(api)
    else {
      const wasClaimed = issue.labels.includes(labels.inProgress) || delivery.mayBeDone
      await conclude(number, textOf(status, note), delivery, wasClaimed)
    }
    await change(api, issue, status)
  }
}

function textOf(status: BacklogStatus, note: string | undefined): string | null {
  if (!note) return null
  const own = withoutMarks(note)
  const short = own.length > longestNote ? `${own.slice(0, longestNote)}\n… (cut off)` : own
  if (status !== 'failed') return short
  const fence = '`'.repeat(Math.max(3, ...[...short.matchAll(/`+/g)].map(([ticks]) => ticks.length + 1)))
  return `**Loopwork Failed**\n\n${fence}\n${short}\n${fence}`
}

/** Whoever works on it, or has done it, is assigned to it; whoever gave it back is not. */
function assigneesFor(status: BacklogStatus, { assignees }: KeptIssue, me: string | null): string[] {
  if (me === null) return assignees
  if (status === 'in-progress' || status === 'completed') return [...new Set([...assignees, me])]
  return assignees.filter((login) => login !== me)
}

function isSame(
  issue: KeptIssue,
  wanted: ReturnType<typeof changeTo>,
  assignees: readonly string[],
): boolean {
  const isSameState =
    issue.isOpen === (wanted.state === 'open') && (issue.isOpen || issue.stateReason === wanted.state_reason)
  const labels = new Set(wanted.labels)
  const areSameLabels =
    labels.size === issue.labels.length && issue.labels.every((label) => labels.has(label))
  return isSameState && areSameLabels && assignees.length === issue.assignees.length
}
