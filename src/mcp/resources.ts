import { briefOrRow } from '../daemon/brief-or-row.ts'
import { findTask } from '../daemon/find-task.ts'
import { LoopworkError } from '../errors.ts'
import { taskStream } from '../events/event.ts'
import { statusOf } from '../machines/reconcile.ts'
import { readAttemptLog } from './attempt-log.ts'
import { asLines, historyOf } from './history.ts'
import { loopStatus, loopStatuses } from './loop-status.ts'
import type { Office } from './office.ts'
import type { ResourceText } from './protocol.ts'
import { listed } from './task-shapes.ts'
import { explain } from './why.ts'

/** A resource by its address, or a family of them by a template. */
export type Described = {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly mimeType: string
}

/** Everything a client can read. */
export type Resources = {
  list(): Promise<readonly (Described & { readonly uri: string })[]>
  readonly templates: readonly (Described & { readonly uriTemplate: string })[]
  /** Fails with `not_found` where nothing has this address. */
  read(uri: string): Promise<readonly ResourceText[]>
  /** Values that a variable of a template can have, as far as they begin like this. */
  complete(uriTemplate: string, variable: string, beginning: string): Promise<readonly string[]>
}

const json = 'application/json'
const plain = 'text/plain'
const scheme = 'loopwork://'

/** How many lines of a story, and how much of a log, are given at once. */
const mostEvents = 500
const mostBytes = 100_000

const templates = [
  {
    uriTemplate: `${scheme}tasks/{id}`,
    name: 'task',
    title: 'A task',
    description: 'One task: its state, why it is in it, and its text',
    mimeType: json,
  },
  {
    uriTemplate: `${scheme}tasks/{id}/story`,
    name: 'story',
    title: 'The story of a task',
    description: 'All that has happened to a task, one line each',
    mimeType: plain,
  },
  {
    uriTemplate: `${scheme}tasks/{id}/log`,
    name: 'log',
    title: 'The log of a task',
    description: 'The end of what the agent printed in the newest attempt',
    mimeType: plain,
  },
  {
    uriTemplate: `${scheme}namespaces/{ns}`,
    name: 'namespace',
    title: 'A loop',
    description: 'What the loop of a namespace is doing',
    mimeType: json,
  },
] as const

/** The resources of a project. */
export function resourcesOf(office: Office): Resources {
  const ids = () => office.atDesk(async ({ desk }) => desk.tasks().map(({ id }) => id))
  const names = async () => (await loopStatuses((await office.place()).app)).map(({ namespace }) => namespace)
  return {
    list: async () => [
      {
        uri: `${scheme}tasks`,
        name: 'tasks',
        title: 'All tasks',
        description: 'Every task of the backlog with its status, in the order in which they are worked off',
        mimeType: json,
      },
      ...(await names()).map((name) => ({
        uri: `${scheme}namespaces/${encodeURIComponent(name)}`,
        name: `namespaces/${name}`,
        title: `The loop ${name}`,
        description: 'What it is doing',
        mimeType: json,
      })),
    ],
    templates,
    read: (uri) => read(office, uri),
    complete: async (uriTemplate, variable, beginning) => {
      const known = templates.some(
        (one) => one.uriTemplate === uriTemplate && uriTemplate.includes(`{${variable}}`),
      )
      if (!known) return []
      const all = variable === 'ns' ? await names() : await ids()
      return all.filter((value) => value.toLowerCase().startsWith(beginning.toLowerCase()))
    },
  }
}

async function read(office: Office, uri: string): Promise<readonly ResourceText[]> {
  const [kind, name, part, ...rest] = partsOf(uri)
  const text = (mimeType: string, value: string) => [{ uri, mimeType, text: value }]
  const asJson = (value: unknown) => text(json, JSON.stringify(value, null, 2))
  if (rest.length === 0 && kind === 'tasks') {
    if (name === undefined) return asJson(await allTasks(office))
    if (part === undefined) return asJson(await oneTask(office, name))
    if (part === 'story') return text(plain, await story(office, name))
    if (part === 'log') return text(plain, await log(office, name))
  }
  if (kind === 'namespaces' && name !== undefined && part === undefined) {
    return asJson(await loopStatus((await office.place()).app, name))
  }
  throw new LoopworkError('not_found', `nothing has the address ${JSON.stringify(uri.slice(0, 200))}`, {
    hint: `Ask for resources/templates/list to see which addresses there are.`,
  })
}

function partsOf(uri: string): string[] {
  if (!uri.startsWith(scheme)) return []
  try {
    return uri.slice(scheme.length).split('/').map(decodeURIComponent)
  } catch {
    return [] // a percent sign that stands for nothing
  }
}

async function allTasks(office: Office): Promise<unknown> {
  const rows = await office.atDesk(async ({ desk }) => desk.tasks())
  return { count: rows.length, tasks: rows.map(listed) }
}

function oneTask(office: Office, id: string): Promise<unknown> {
  return office.atDesk(async (user) => {
    const row = findTask(user, id)
    const { title, text, source, problem } = await briefOrRow(user.backlog, row)
    const why = explain(row, user.app.clock.now())
    return {
      ...listed(row),
      title,
      status: statusOf(row.state),
      why,
      dependsOn: row.dependsOn,
      description: problem ?? text,
      source,
    }
  })
}

function story(office: Office, id: string): Promise<string> {
  return office.atDesk(async (user) => {
    const { backlog } = findTask(user, id)
    return asLines(await historyOf(user.app, taskStream(backlog, id), mostEvents))
  })
}

async function log(office: Office, id: string): Promise<string> {
  await office.atDesk(async (user) => findTask(user, id))
  return (await readAttemptLog((await office.place()).app, id, mostBytes)).text
}
