import type { Backlog } from '../ports/backlog.ts'
import type { BackendPlugin } from './plugin-contract.ts'

/** A backend of your own. It may be made when it is needed, and is given the folder of the project. */
export type CustomBackend =
  | string
  | OwnBackend
  | ((project: { readonly projectRoot: string }) => OwnBackend | Promise<OwnBackend>)

type OwnBackend = Backlog | BackendPlugin

/** Where tasks come from. Paths are relative to the project. */
export type BackendConfig = {
  readonly type?: 'json' | 'github' | 'markdown' | 'custom' | undefined
  /** For `markdown`: a file with a checklist, or a folder of such files. */
  readonly path?: string | undefined
  /** For `custom`: a backend of your own, what makes one, or the name of a package that exports it. */
  readonly use?: CustomBackend | undefined
  readonly tasksFile?: string | undefined
  /** Where the Markdown of each task is. Default: the folder of `tasksFile`. */
  readonly tasksDir?: string | undefined
  /** The same as `tasksDir`. */
  readonly prdDirectory?: string | undefined
  /** `owner/name`. */
  readonly repo?: string | undefined
  readonly token?: string | undefined
  readonly labels?: Readonly<Record<string, string | undefined>> | undefined
  /** The REST API of an own server: `https://host/api/v3`. */
  readonly baseUrl?: string | undefined
  /** Seconds between two looks at what has changed. Default: 30. */
  readonly pollInterval?: number | undefined
  /** Milliseconds between two writes. Default: 1000, and 3000 for what notifies people. */
  readonly writeInterval?: number | undefined
  /** Seconds that one request may take. Default: 30. */
  readonly requestTimeout?: number | undefined
}
