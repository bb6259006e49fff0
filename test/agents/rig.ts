import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { inject, onTestFinished } from 'vitest'
import type { Status } from '../../src/cli/status/status-answer.ts'
import type { TaskRow } from '../../src/projections/task-row.ts'
import { backlogOf, makeProject, type Project } from '../support/project.ts'
import { tempFolder } from '../support/temp.ts'
import { type Endpoint, knownKey, openEndpoint } from './endpoint.ts'
import type { Json, Reply } from './protocol.ts'
import { type Subject, wantedFile } from './subjects.ts'

/** A project with one task, a real agent that is to do it, and the scripted model that the agent talks to. */
export type Rig = Project & {
  readonly endpoint: Endpoint
  status(): Promise<Status>
  task(): Promise<TaskRow>
  /** The files of the session's attempts, and one of them. */
  logs(status: Status): { readonly names: readonly string[]; read(name: string): string }
  /** The files of the project, its state among them, that hold this. */
  filesWith(words: string): readonly string[]
  /** A file in the agent's home. */
  atHome(path: string): string
  /** Pids of everything that was started for this rig and is alive. */
  alive(): readonly number[]
}

/** The agent's home, its temporary folder and its environment are made for the rig: nothing of the user's is in reach. */
export async function openRig(
  subject: Subject,
  given: {
    readonly key?: string
    readonly model?: string | null
    /** What the model wants to use instead of what writes the file. */
    readonly call?: (asked: Json) => NonNullable<Reply['call']>
  } = {},
): Promise<Rig> {
  const { key = knownKey, model = subject.model } = given
  const home = tempFolder('loopwork-home-')
  const project = makeProject(
    {
      'loopwork.config.json': JSON.stringify({
        backend: { type: 'json', tasksFile: 'tasks.json' },
        cli: subject.cli,
        ...(model ? { model } : {}),
        maxRetries: 0,
      }),
      'tasks.json': backlogOf({
        id: 'HELLO-1',
        title: 'Say hello',
        description: `Create ${wantedFile.name}.`,
      }),
    },
    { inherited: { PATH: process.env.PATH, LANG: 'C.UTF-8', TERM: 'dumb' } },
  )
  const file = join(project.folder, wantedFile.name)
  const endpoint = await openEndpoint(subject.protocol, subject.apiModel, given.call ?? subject.write(file))
  for (const [path, text] of Object.entries({ 'tmp/none': '', ...subject.home(endpoint.url) })) {
    mkdirSync(dirname(join(home, path)), { recursive: true })
    writeFileSync(join(home, path), text)
  }
  const { begin, loopwork } = project.with({
    HOME: home,
    TMPDIR: join(home, 'tmp'),
    ...subject.env(endpoint.url),
    [subject.keyVariable]: key,
    ...proxyAt(endpoint.url),
    [`LOOPWORK_${subject.cli.toUpperCase()}_PATH`]: join(inject('programs'), subject.cli),
  })
  const alive = () => processesWith(`HOME=${home}`)
  onTestFinished(() => {
    for (const pid of alive()) process.kill(pid, 'SIGKILL')
  })
  return {
    ...project,
    begin,
    loopwork,
    endpoint,
    status: async () => JSON.parse((await loopwork('status', '--json')).out),
    task: async () => JSON.parse((await loopwork('task', 'show', 'HELLO-1', '--json')).out),
    logs: (status) => {
      const folder = join(project.folder, '.loopwork-state', status.loops[0]?.files ?? '', 'logs')
      return {
        names: readdirSync(folder),
        read: (name) => readFileSync(join(folder, name), 'utf8'),
      }
    },
    filesWith: (words) =>
      readdirSync(project.folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && readFileSync(join(entry.parentPath, entry.name)).includes(words))
        .map(({ name }) => name),
    atHome: (path) => readFileSync(join(home, path), 'utf8'),
    alive,
  }
}

/** Whoever wants to speak to another host has to ask the endpoint, which notes it and says no. */
function proxyAt(url: string): Record<string, string> {
  return {
    HTTP_PROXY: url,
    HTTPS_PROXY: url,
    http_proxy: url,
    https_proxy: url,
    NO_PROXY: '127.0.0.1',
    no_proxy: '127.0.0.1',
  }
}

/** Pids of the processes that have this in their environment. Linux only: elsewhere nobody can look. */
function processesWith(variable: string): number[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && environmentOf(pid).includes(variable))
}

function environmentOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
  } catch {
    return [] // it is gone, or another user's
  }
}
