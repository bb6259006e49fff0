import type { CustomBackend } from './backend-config.ts'
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
  /** `owner/name`. Default: LOOPWORK_REPO or GITHUB_REPOSITORY, or what the working copy was cloned from. */
  readonly repo?: string | undefined
  /** Default: LOOPWORK_GITHUB_TOKEN, GITHUB_TOKEN, GH_TOKEN, or that of `gh`. */
  readonly token?: string | undefined
  /** Labels that stand for a status, by status, and `task` for all of them. */
  readonly labels?: Readonly<Record<string, string | undefined>> | undefined
  /** The REST API of an own server: `https://host/api/v3`. Default: GITHUB_API_URL, or github.com. */
  readonly baseUrl?: string | undefined
  /** Seconds between two looks at what has changed. Default: 30. */
  readonly pollInterval?: number | undefined
  /** Milliseconds between two writes. Default: 1000, and 3000 for what notifies people. */
  readonly writeInterval?: number | undefined
  /** Seconds that one request may take. Default: 30. */
  readonly requestTimeout?: number | undefined
}

/** Checklists in Markdown. */
export type MarkdownBackendOptions = {
  /** A file, or a folder of files that end in `.md`. Default: `TODO.md`. */
  readonly path?: string | undefined
}

/** Takes tasks from a file. */
export function withJSONBackend(options: JSONBackendOptions = {}): ConfigWrapper {
  return (config) => ({ ...config, backend: { type: 'json', ...options } })
}

/** Takes tasks from GitHub issues. */
export function withGitHubBackend(options: GitHubBackendOptions = {}): ConfigWrapper {
  return (config) => ({ ...config, backend: { type: 'github', ...options } })
}

/** Takes tasks from checklists in Markdown: `- [ ] What is to be done`. */
export function withMarkdownBackend(options: MarkdownBackendOptions = {}): ConfigWrapper {
  return (config) => ({ ...config, backend: { type: 'markdown', ...options } })
}

/** Takes tasks from a backend of your own, or from that of a package. */
export function withBackend(use: CustomBackend): ConfigWrapper {
  return (config) => ({ ...config, backend: { type: 'custom', use } })
}
