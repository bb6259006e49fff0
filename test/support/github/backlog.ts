import { onTestFinished } from 'vitest'
import { openGitHubBacklog } from '../../../src/adapters/github/backlog.ts'
import { labelNames } from '../../../src/adapters/github/labels.ts'
import { systemClock } from '../../../src/adapters/system/clock.ts'
import type { Backlog } from '../../../src/ports/backlog.ts'
import { type GitHub, startGitHub } from './server.ts'
import { addIssue, type Issue, type NewIssue } from './state.ts'

/** A server that is gone when the test is over. */
export async function serveGitHub(): Promise<GitHub> {
  const github = await startGitHub()
  onTestFinished(() => github.close())
  return github
}

type Given = Partial<Parameters<typeof openGitHubBacklog>[0]>

/** The server's issues as a backlog, in no hurry of its own and without waits. */
export function backlogAt(github: GitHub, given: Given = {}): Backlog {
  const backlog = openGitHubBacklog({
    repo: 'acme/app',
    token: github.token,
    baseUrl: github.url,
    labels: labelNames({}),
    holder: 'here',
    cacheFile: null,
    pollMs: 10,
    writeMs: 0,
    retryMs: 1,
    timeoutMs: 5_000,
    clock: systemClock,
    newId: () => crypto.randomUUID(),
    ...given,
  })
  onTestFinished(() => backlog.close())
  return backlog
}

/** Opens an issue that is a task. */
export function addTask(github: GitHub, given: NewIssue = {}): Issue {
  return addIssue(github.state, { ...given, labels: ['loopwork-task', ...(given.labels ?? [])] })
}

/** What a person does to an issue on the web site. */
export function person(issue: Issue, edit: Partial<Issue>): void {
  Object.assign(issue, edit)
  // Never in the second of the change before, as people are slower than that.
  const next = new Date(Math.max(Date.now(), new Date(issue.updatedAt).getTime() + 1_000))
  issue.updatedAt = `${next.toISOString().slice(0, 19)}Z`
}
