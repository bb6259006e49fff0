import type { LoopworkConfig } from './loopwork-config.ts'

/** How a run serves the web app while it works. */
export type DashboardSettings = {
  readonly port: number
  /** Whether a browser is opened, where there is a desktop. */
  readonly isOpened: boolean
  /** The host that was asked for, where it is not this machine alone: it is not served there. */
  readonly refusedHost: string | null
}

const defaultPort = 3333
const here = ['localhost', '127.0.0.1', '::1']

/** Null where the configuration does not ask for it. */
export function resolveDashboard({ dashboard }: LoopworkConfig): DashboardSettings | null {
  if (dashboard === undefined || dashboard.enabled === false) return null
  const { port = defaultPort, host = 'localhost', autoOpen = false } = dashboard
  return { port, isOpened: autoOpen, refusedHost: here.includes(host) ? null : host }
}
