import { createHash } from 'node:crypto'
import { isFailure, LoopworkError } from '../../errors.ts'
import type { Backlog, NewTask } from '../../ports/backlog.ts'
import { idOf, relationLines } from './body-text.ts'
import type { Client } from './client.ts'
import type { ApiIssue } from './issue.ts'
import { featurePrefix, type LabelNames } from './labels.ts'
import type { Mirror } from './mirror.ts'
import { numberOfTask } from './number-of-task.ts'
import type { GitHubOptions } from './options.ts'

const longestTitle = 256
const longestBody = 65_536

/** Opens issues. One that may have been opened though no answer came is looked for, not opened again. */
export function createAdder(
  client: Client,
  mirror: Mirror,
  {
    labels,
    newId,
    defaultPriority = 'medium',
  }: Pick<GitHubOptions, 'labels' | 'defaultPriority'> & { newId(): string },
): Backlog['add'] {
  /** The issue with this mark, if it is among the newest. */
  const opened = async (mark: string): Promise<ApiIssue | undefined> => {
    const query = { state: 'all', sort: 'created', direction: 'desc', per_page: 100 }
    const { data } = await client.get<ApiIssue[]>('/issues', query)
    return data?.find((issue) => issue.body?.includes(mark))
  }

  const open = async (body: Readonly<Record<string, unknown>>, mark: string): Promise<ApiIssue> => {
    try {
      return await client.send<ApiIssue>('POST', '/issues', body)
    } catch (thrown) {
      if (!isFailure(thrown, 'unavailable')) throw thrown
      const mine = await opened(mark).catch(() => undefined) // then the first failure stands
      if (!mine) throw thrown
      return mine
    }
  }

  /** GitHub's own relations beside the lines in the body, where it has them. */
  const relate = async (issue: ApiIssue, { parent, dependsOn = [] }: NewTask): Promise<void> => {
    if (parent) {
      const path = `/issues/${numberOfTask(parent)}/sub_issues`
      await unlessUnknown(client.send('POST', path, { sub_issue_id: issue.id }))
    }
    for (const id of dependsOn) {
      const { data } = await client.get<ApiIssue>(`/issues/${numberOfTask(id)}`)
      const path = `/issues/${issue.number}/dependencies/blocked_by`
      await unlessUnknown(client.send('POST', path, { issue_id: data?.id }))
    }
  }

  return async (task) => {
    assertSound(task)
    assertRelated(task, client, mirror)
    const { key } = task
    const mark = `<!-- loopwork:added ${key === undefined ? newId() : digestOf(key)} -->`
    const earlier = key === undefined ? undefined : await opened(mark)
    const issue =
      earlier ?? (await open(issueFor({ priority: defaultPriority, ...task }, labels, mark), mark))
    await relate(issue, task)
    const { data } = await client.get<ApiIssue>(`/issues/${issue.number}`)
    await mirror.put(data ?? issue)
    return idOf(issue.number)
  }
}

function assertRelated({ parent, dependsOn = [] }: NewTask, { repo }: Client, mirror: Mirror): void {
  for (const id of [...(parent ? [parent] : []), ...dependsOn]) {
    if (mirror.get(numberOfTask(id))) continue
    throw new LoopworkError('not_found', `there is no task ${id} in ${repo}`, {
      hint: 'Add it first, or name a task that is there.',
    })
  }
}

function issueFor(task: NewTask, labels: LabelNames, mark: string) {
  const relations = { parent: task.parent ?? null, dependsOn: task.dependsOn ?? [] }
  const body = `${relationLines(relations)}${task.description ?? ''}\n\n${mark}`
  if (body.length > longestBody) throw tooLong('description', body.length, longestBody)
  return { title: task.title.trim(), body, labels: labelsFor(task, labels) }
}

/** A key may be any text: its digest fits into a comment, and tells nobody anything. */
function digestOf(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 32)
}

function labelsFor({ priority, feature, parent }: NewTask, labels: LabelNames): string[] {
  return [
    labels.task,
    labels.pending,
    labels[priority ?? 'medium'],
    ...(feature ? [`${featurePrefix}${feature}`] : []),
    ...(parent ? [labels.subTask] : []),
  ]
}

function assertSound({ id, title }: NewTask): void {
  if (id !== undefined) {
    throw new LoopworkError('invalid', 'a task in GitHub cannot be given an id', {
      hint: 'GitHub numbers its issues itself: leave out --id.',
    })
  }
  if (title.trim() === '' || /[\r\n]/.test(title)) {
    throw new LoopworkError('invalid', 'a task needs a title of one line', {
      hint: 'Say in a few words what is to be done; the rest goes into the description.',
    })
  }
  if (title.length > longestTitle) throw tooLong('title', title.length, longestTitle)
}

function tooLong(what: string, length: number, most: number): LoopworkError {
  return new LoopworkError('invalid', `the ${what} has ${length} characters; GitHub takes ${most}`, {
    hint: `Shorten the ${what}, or put a part of it into a file that it names.`,
  })
}

/** A server without such relations says 404; the lines in the body say the same. */
async function unlessUnknown(sent: Promise<unknown>): Promise<void> {
  try {
    await sent
  } catch (thrown) {
    if (!isFailure(thrown, 'not_found') && !isFailure(thrown, 'invalid')) throw thrown
  }
}
