import type { ConfigWrapper } from './loopwork-config.ts'

/** A task file and the Markdown beside it. Paths are relative to the project. */
export type JSONBackendOptions = {
  /** Default: `.specs/tasks/tasks.json`. */
  readonly tasksFile?: string | undefined
  /** Where the Markdown of each task is. Default: the folder of `tasksFile`. */
  readonly tasksDir?: string | undefined
  /** The same as `tasksDir`. */
  readonly prdDirectory?: string | undefined
}

/** The issues of a GitHub repository. */
export type GitHubBackendOptions = {
  /** `owner/name`. Default: LOOPWORK_REPO or GITHUB_REPOSITORY. */
  readonly repo?: string | undefined
  readonly token?: string | undefined
  /** Labels that stand for a status, by status, and `task` for all of them. */
  readonly labels?: Readonly<Record<string, string | undefined>> | undefined
}

/** Takes tasks from a file. */
export function withJSONBackend(options: JSONBackendOptions = {}): ConfigWrapper {
  return (config) => ({ ...config, backend: { type: 'json', ...options } })
}

/** Takes tasks from GitHub issues. */
export function withGitHubBackend(options: GitHubBackendOptions = {}): ConfigWrapper {
  return (config) => ({ ...config, backend: { type: 'github', ...options } })
}
