import { createHash, randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { openJsonBacklog } from '../adapters/json/backlog.ts'
import { queueAt } from '../adapters/system/queue.ts'
import { openTurn } from '../adapters/system/turn.ts'
import type { App } from '../app.ts'
import type { Settings } from '../config/settings.ts'
import type { Backlog } from '../ports/backlog.ts'
import type { Processes } from '../ports/processes.ts'
import type { Post } from '../runtime/outbox.ts'

/** The backlog that the settings name. */
export async function openBacklog(
  app: Pick<App, 'projectRoot' | 'clock'> & Partial<Pick<App, 'view'>>,
  { backend, stateDir, defaultPriority }: Settings,
  processes: Processes,
): Promise<Backlog> {
  if (backend.kind === 'json') {
    return openJsonBacklog({
      projectRoot: app.projectRoot,
      tasksFile: backend.tasksFile,
      ...(backend.tasksDir ? { tasksDir: backend.tasksDir } : {}),
      clock: app.clock,
      processes,
      defaultPriority,
      queue: queueAt(join(stateDir, 'backlog.queue')),
    })
  }
  if (backend.kind === 'markdown') {
    const { openMarkdownBacklog } = await import('../adapters/markdown/backlog.ts')
    return openMarkdownBacklog({
      projectRoot: app.projectRoot,
      path: backend.path,
      clock: app.clock,
      defaultPriority,
    })
  }
  if (backend.kind === 'custom') {
    const { openCustomBacklog } = await import('./open-custom-backlog.ts')
    return openCustomBacklog(app, backend.use)
  }
  const { openGitHubBacklog } = await import('../adapters/github/backlog.ts')
  return openGitHubBacklog({
    ...(await githubOptions(app, backend, stateDir)),
    defaultPriority,
  })
}

type GitHubSettings = Extract<Settings['backend'], { kind: 'github' }>

/** What was set for GitHub, with what has to be found out. */
export async function githubOptions(
  app: Pick<App, 'projectRoot' | 'clock'>,
  backend: GitHubSettings,
  stateDir: string,
) {
  const [{ repositoryOf, tokenOfGh }, { labelNames }] = await Promise.all([
    import('../adapters/github/find-repository.ts'),
    import('../adapters/github/labels.ts'),
  ])
  const { baseUrl, pollMs, writeMs, timeoutMs } = backend
  const labels = labelNames(backend.labels)
  const repo = backend.repo ?? (await repositoryOf(app.projectRoot))
  const name = repo.replace('/', '-')
  return {
    repo,
    token: backend.token ?? (await tokenOfGh(baseUrl)),
    baseUrl,
    labels,
    holder: holderOf(stateDir),
    cacheFile: join(stateDir, 'github', `${name}.json`),
    quotaFile: join(stateDir, 'github', `${name}.quota.json`),
    pollMs,
    writeMs,
    retryMs: writeMs === null ? 1_000 : Math.min(1_000, writeMs + 10),
    timeoutMs,
    clock: app.clock,
    newId: randomUUID,
  }
}

/** What telling a remote backlog needs: nobody else may do it at the same time. */
export async function openPost(app: App, session: string | null): Promise<Post> {
  return {
    turn: openTurn(join(app.stateDir, 'outbox.lock')),
    dispatch: await app.dispatch({ by: 'loop', ...(session ? { session } : {}) }),
  }
}

/** Names this machine and this project to others; the same for every process and every run. */
function holderOf(stateDir: string): string {
  return `${hostname()}-${createHash('sha256').update(stateDir).digest('hex').slice(0, 6)}`
}
