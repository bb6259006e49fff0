import { existsSync, readFileSync } from 'node:fs'
import { createProcesses } from '../../adapters/supervisor/processes.ts'
import type { Settings } from '../../config/settings.ts'
import type { ProcessIdentity } from '../../events/shapes.ts'
import type { Io } from '../io.ts'
import { bad, type Finding, good, warning } from './finding.ts'
import { lookAtGitHub } from './github.ts'

/** The backlog: whether it can be had, and who holds its lock. */
export async function lookAtBacklog(settings: Settings, io: Io, root: string): Promise<Finding[]> {
  const { backend } = settings
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
      return lookAtGitHub(settings, backend, io, root)
  }
}

function lookAtFile(path: string, hint: string): Finding {
  return existsSync(path) ? good('Backlog', path) : bad('Backlog', `there is no ${path}`, hint, 'not_found')
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
