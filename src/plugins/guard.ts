import { AsyncLocalStorage, createHook } from 'node:async_hooks'

/** Knows at every moment which plugin's code runs, timers and promises of it included. */
export type Guard = {
  /** Runs code of a plugin, and whatever it sets going, under its name. */
  run<T>(plugin: string, work: () => T): T
  /** Whose code runs, or threw just now. */
  current(): string | null
  close(): void
}

/** `entered` is told whenever another plugin's code begins, `blocked` when one held everybody up for longer than `limitMs`. */
export function createGuard(given: {
  readonly limitMs: number
  now(): number
  entered?(plugin: string): void
  blocked(plugin: string, ms: number): void
}): Guard {
  const { limitMs, now, entered, blocked } = given
  const names = new AsyncLocalStorage<string>()
  let inside: { readonly plugin: string; readonly since: number } | null = null
  let last: string | null = null

  const enter = (plugin: string): void => {
    inside = { plugin, since: now() }
    if (plugin !== last) entered?.(plugin)
    last = plugin
  }

  const leave = (): void => {
    if (!inside) return
    const { plugin, since } = inside
    inside = null
    const ms = now() - since
    if (ms > limitMs) blocked(plugin, ms)
  }

  const hook = createHook({
    before: () => {
      const plugin = names.getStore()
      if (plugin !== undefined) enter(plugin)
    },
    after: leave,
  }).enable()

  return {
    run: (plugin, work) =>
      names.run(plugin, () => {
        enter(plugin)
        try {
          return work()
        } finally {
          leave()
        }
      }),
    current: () => names.getStore() ?? null,
    close: () => {
      hook.disable()
    },
  }
}
