import { Observable, share } from 'rxjs'
import { LoopworkError } from '../../errors.ts'
import type { Backlog, TaskBrief } from '../../ports/backlog.ts'
import { createAdder } from './adder.ts'
import { idOf, relationsIn } from './body-text.ts'
import { keepIn } from './cache.ts'
import { createClient } from './client.ts'
import { archived } from './failures.ts'
import type { ApiIssue } from './issue.ts'
import { lookAt } from './look-at.ts'
import { openMirror } from './mirror.ts'
import { numberOfTask } from './number-of-task.ts'
import type { GitHubOptions } from './options.ts'
import { createTeller } from './teller.ts'

/**
 * The issues of a repository as a backlog. What was read last is at hand at once; while somebody listens to
 * the bell, GitHub is asked from time to time what has changed. Without GitHub work goes on with what is known.
 */
export function openGitHubBacklog(
  options: GitHubOptions & { readonly quotaFile?: string | null; newId(): string },
): Backlog {
  const { clock } = options
  const client = createClient(options)
  const mirror = openMirror(client, options)
  const leaving = new AbortController()
  let problem: string | null = null
  let first: Promise<void> | null = null
  let quota = ''

  const noteQuota = (): void => {
    const text = JSON.stringify({ repo: options.repo, ...client.standing.quota })
    if (!options.quotaFile || !client.standing.quota || text === quota) return
    quota = text
    keepIn(options.quotaFile, { repo: options.repo, ...client.standing.quota, at: clock.now().toISOString() })
  }

  /** Looks once; says whether there is news. Not being able to is news, too, but no failure. */
  const look = async (): Promise<boolean> => {
    const before = problem
    try {
      const isChanged = await mirror.look()
      problem = null
      return isChanged || before !== null
    } catch (thrown) {
      problem = sayingOf(thrown)
      return problem !== before
    } finally {
      noteQuota()
      mirror.keep()
    }
  }

  const lookFirst = async (): Promise<void> => {
    const { tasks } = mirror.tasks()
    try {
      const { data } = await client.get<{ archived: boolean }>('')
      if (data?.archived) throw archived(options.repo)
      await mirror.look()
    } catch (thrown) {
      const isKnown = tasks.length > 0 && thrown instanceof LoopworkError && thrown.code === 'unavailable'
      if (!isKnown) throw thrown
      problem = sayingOf(thrown)
    } finally {
      noteQuota()
      mirror.keep()
    }
  }

  const bell = new Observable<void>((listener) => {
    const over = new AbortController()
    const signal = AbortSignal.any([over.signal, leaving.signal])
    const follow = async (): Promise<void> => {
      while (!signal.aborted) {
        const next = Math.max(clock.now().getTime() + options.pollMs, client.blockedUntil?.getTime() ?? 0)
        await clock.until(new Date(next), signal)
        if (await look()) listener.next()
      }
    }
    follow().catch((thrown) => {
      if (!signal.aborted) listener.error(thrown)
    })
    return () => over.abort()
  }).pipe(share())

  const tell = createTeller(client, mirror, options)
  const add = createAdder(client, mirror, options)
  const loaded = (): Promise<void> => {
    first ??= lookFirst().catch((thrown) => {
      first = null
      throw thrown
    })
    return first
  }

  return {
    kind: 'github',
    id: options.repo,
    isRemote: true,
    read: async () => {
      await loaded()
      return { ...mirror.tasks(), problem }
    },
    brief: async (id) => {
      const issue = await lookAt(numberOfTask(id), client, mirror)
      return briefOf(issue, (await mirror.put(issue)).native)
    },
    tell: async (...telling) => {
      await loaded()
      await tell(...telling).finally(noteQuota)
    },
    add: async (task) => {
      await loaded()
      return add(task)
    },
    bell,
    close: async () => {
      leaving.abort()
      client.close()
      mirror.keep()
    },
  }
}

function sayingOf(thrown: unknown): string {
  if (!(thrown instanceof LoopworkError)) throw thrown
  return thrown.hint ? `${thrown.message}. ${thrown.hint}` : thrown.message
}

function briefOf(
  issue: ApiIssue,
  native: { parent: string | null; dependsOn: readonly string[] },
): TaskBrief {
  const body = issue.body ?? ''
  const text = body.replace(/\n*<!-- loopwork:[^>]* -->/g, '')
  const said = relationsIn(body)
  const doParentsDiffer = native.parent !== null && said.parent !== null && native.parent !== said.parent
  const missing = said.dependsOn.filter((id) => !native.dependsOn.includes(id))
  const name = idOf(issue.number)
  return {
    title: issue.title,
    text,
    source: issue.html_url,
    warnings: [
      ...(text.trim() === '' ? [`${name} has no description`] : []),
      ...(doParentsDiffer
        ? [`${name}: the body names ${said.parent} as its parent, GitHub ${native.parent}, which counts`]
        : []),
      ...(native.dependsOn.length > 0 && missing.length > 0
        ? [`${name}: the body depends on ${missing.join(', ')}, GitHub does not, which counts`]
        : []),
    ],
  }
}
