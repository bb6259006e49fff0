import { resolve } from 'node:path'
import { LoopworkError } from '../errors.ts'
import type { BackendConfig, CustomBackend } from './backend-config.ts'
import { pick, type Sources } from './sources.ts'
import { oneOf, repoPattern, text, webAddress } from './values.ts'

/** Where tasks come from. Paths are absolute; `tasksDir` null: the folder of the tasks file. */
export type BackendSettings =
  | { readonly kind: 'json'; readonly tasksFile: string; readonly tasksDir: string | null }
  | {
      readonly kind: 'github'
      /** `owner/name`; null: that of the working copy. */
      readonly repo: string | null
      readonly token: string | null
      readonly labels: Readonly<Record<string, string>>
      readonly baseUrl: string
      readonly pollMs: number
      /** Null: as GitHub advises. */
      readonly writeMs: number | null
      readonly timeoutMs: number
    }
  | { readonly kind: 'markdown'; readonly path: string }
  | { readonly kind: 'custom'; readonly use: CustomBackend }

const defaultChecklist = 'TODO.md'
const defaultTasksFile = '.specs/tasks/tasks.json'

/** Decides on the backlog. A flag's path is relative to where it was typed, all others to the project. */
export function resolveBackend(sources: Sources): BackendSettings {
  const { projectRoot, cwd, flags, config } = sources
  const said = config.backend ?? {}
  const tasksFile = pick(sources, { flag: 'tasksFile', variable: 'LOOPWORK_TASKS_FILE', schema: text })
  const kind = resolveKind(sources)
  if (kind === 'markdown') return { kind, path: resolve(projectRoot, said.path ?? defaultChecklist) }
  if (kind === 'custom') return { kind, use: customOf(said) }
  if (kind === 'github') {
    const rule = { pattern: repoPattern, says: 'owner/name' }
    const repo =
      pick(sources, { flag: 'repo', variable: 'LOOPWORK_REPO', schema: text, rule }) ??
      said.repo ??
      pick(sources, { variable: 'GITHUB_REPOSITORY', schema: text, rule }) ??
      null
    const baseUrl =
      said.baseUrl ??
      pick(sources, { variable: 'GITHUB_API_URL', schema: webAddress }) ??
      'https://api.github.com'
    return {
      kind: 'github',
      repo,
      token: said.token ?? tokenIn(sources.env),
      labels: labelsOf(said),
      baseUrl: baseUrl.replace(/\/+$/, ''),
      pollMs: (said.pollInterval ?? 30) * 1_000,
      writeMs: said.writeInterval ?? null,
      timeoutMs: (said.requestTimeout ?? 30) * 1_000,
    }
  }
  return {
    kind: 'json',
    tasksFile: resolve(
      flags.tasksFile === undefined ? projectRoot : cwd,
      tasksFile ?? said.tasksFile ?? defaultTasksFile,
    ),
    tasksDir: said.tasksDir === undefined ? null : resolve(projectRoot, said.tasksDir),
  }
}

/** What a path or a repository was given for says the kind, too, where nobody named it. */
function resolveKind(sources: Sources): BackendSettings['kind'] {
  const { flags, env, config } = sources
  const schema = oneOf(['json', 'github', 'markdown', 'custom'])
  const flagged = pick(sources, { flag: 'backend', schema })
  if (flagged) return flagged
  if (flags.tasksFile !== undefined) return 'json'
  if (flags.repo !== undefined) return 'github'
  const said = pick(sources, { variable: 'LOOPWORK_BACKEND', schema }) ?? config.backend?.type
  if (said) return said
  const isRepoSet = env.LOOPWORK_REPO && !env.LOOPWORK_TASKS_FILE
  return isRepoSet || config.backend?.repo !== undefined ? 'github' : 'json'
}

function customOf({ use }: BackendConfig): CustomBackend {
  if (use !== undefined) return use
  throw new LoopworkError('invalid', 'nobody said which backend of your own is meant', {
    hint: 'Give it in the configuration: withBackend(myBackend).',
  })
}

function tokenIn(env: Sources['env']): string | null {
  return env.LOOPWORK_GITHUB_TOKEN || env.GITHUB_TOKEN || env.GH_TOKEN || null
}

function labelsOf({ labels = {} }: BackendConfig): Record<string, string> {
  const set = Object.entries(labels).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return Object.fromEntries(set)
}
