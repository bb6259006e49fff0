import type { Settings } from '../config/settings.ts'

/** What the process of the plugins is started with: the first line it reads. */
export type HostOrder = {
  readonly projectRoot: string
  readonly stateDir: string
  readonly cwd: string
  readonly configFile: string | null
  /** The library that a configuration imports as `loopwork`. */
  readonly library: string
  readonly settings: Omit<Settings, 'plugins'>
  readonly session: string
  /** The supervisor's program, for agents that plugins ask. */
  readonly keeperFile: string
  readonly home: string
  readonly isRoot: boolean
  /** The position after which the run's own facts begin. */
  readonly from: number
  /** The position after which live plugins hear. */
  readonly liveFrom: number
  /** Plugins that are not to be asked any more, and why. */
  readonly off: Readonly<Record<string, string>>
  /** Holds the name of the plugin whose code runs, for whoever wonders what the process died of. */
  readonly markFile: string
}

/** What it is told later, a line each. */
export type HostCall = { readonly do: 'leave'; readonly position: number; readonly graceMs: number }

/** What it tells, a line each. */
export type HostNews = { readonly is: 'said'; readonly text: string }
