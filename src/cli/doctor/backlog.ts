import { existsSync, readFileSync } from 'node:fs'
import { createProcesses } from '../../adapters/supervisor/processes.ts'
import type { Settings } from '../../config/settings.ts'
import type { ProcessIdentity } from '../../events/shapes.ts'
import type { Io } from '../io.ts'
import { askProgram } from './ask-program.ts'
import { bad, type Finding, good, warning } from './finding.ts'

/** The backlog: whether it is there, who holds its lock, whether there is a token for it. */
export async function lookAtBacklog({ backend }: Settings, io: Io, root: string): Promise<Finding[]> {
  switch (backend.kind) {
    case 'json': {
      const found = lookAtFile(backend.tasksFile, 'Make it with `loopwork init`, or name another.')
      return [found, ...lookAtLock(`${backend.tasksFile}.lock`)]
    }
    case 'markdown':
      return [lookAtFile(backend.path, 'Make it, or name another with `withMarkdownBackend`.')]
    case 'custom':
      return [good('Backlog', 'a backend of your own')]
    case 'github':
      return [await lookAtToken(backend.token, io, root)]
  }
}

function lookAtFile(path: string, hint: string): Finding {
  return existsSync(path) ? good('Backlog', path) : bad('Backlog', `there is no ${path}`, hint, 'not_found')
}

async function lookAtToken(token: string | null, { env }: Io, root: string): Promise<Finding> {
  const subject = 'Token of GitHub'
  if (token !== null) {
    const variable = ['LOOPWORK_GITHUB_TOKEN', 'GITHUB_TOKEN', 'GH_TOKEN'].find((name) => env[name] === token)
    return good(subject, variable ? `${variable} is set` : 'in the configuration')
  }
  const login = await askProgram('gh', ['auth', 'status'], env, root)
  if (login !== null) return good(subject, 'that of `gh`')
  return bad(subject, 'none was found', 'Set GITHUB_TOKEN, or log in with `gh auth login`.', 'unavailable')
}

function lookAtLock(path: string): Finding[] {
  if (!existsSync(path)) return []
  const holder = holderOf(path)
  if (holder && createProcesses().isAlive(holder))
    return [good('Lock', `process ${holder.pid} holds ${path}`)]
  return [
    warning(
      'Lock',
      `${path} was left by a process that is gone`,
      'Nothing: the next one takes it over. It may be removed.',
    ),
  ]
}

function holderOf(path: string): ProcessIdentity | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8').split('\n')[1] ?? '')
  } catch {
    return null // it names nobody
  }
}
