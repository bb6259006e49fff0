import type { Happening } from '../config/plugin-context.ts'
import type { LoopworkPlugin } from '../config/plugin-contract.ts'
import { asFailure } from '../errors.ts'
import type { Guard } from './guard.ts'
import { fromHooks, type HookSources } from './hooks.ts'
import type { Reporter } from './reports.ts'

/** A plugin that listens by hooks, and who keeps its report. */
export type Hooked = { readonly plugin: LoopworkPlugin; readonly reporter: Reporter }

/** How long the others wait for the hook of one. */
const patienceMs = 5_000
/** So many calls may wait for a hook that does not end. */
const mostWaiting = 100

/**
 * Calls the hooks of all plugins in the order in which they were composed, one after the other. One that
 * throws is named, one that is slow is left behind: it hears all it has to, later.
 */
export function createHookChain(
  hooked: readonly Hooked[],
  sources: HookSources,
  guard: Guard,
): (happening: Happening) => Promise<void> {
  const links = hooked.map(({ plugin, reporter }) => {
    const listen = fromHooks(plugin, sources)
    let tail: Promise<void> = Promise.resolve()
    let waiting = 0

    const call = async (happening: Happening): Promise<void> => {
      try {
        await guard.run(plugin.name, () => listen(happening))
        reporter.well()
      } catch (thrown) {
        reporter.error(`its hook for ${happening.kind} failed: ${asFailure(thrown).message}`)
      } finally {
        waiting -= 1
      }
    }

    return async (happening: Happening): Promise<void> => {
      if (reporter.report.state === 'off') return
      if (waiting >= mostWaiting)
        return reporter.become('off', `${waiting} calls wait for a hook that does not end`)
      const isBehind = waiting > 0
      waiting += 1
      tail = tail.then(() => call(happening))
      if (isBehind) return
      const isDone = await within(tail, patienceMs)
      if (!isDone) reporter.error(`its hook for ${happening.kind} has not ended after ${patienceMs / 1000} s`)
    }
  })
  return async (happening) => {
    for (const link of links) await link(happening)
  }
}

/** Whether a promise resolves in time. */
export async function within(promise: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms)
  })
  try {
    return await Promise.race([promise.then(() => true), late])
  } finally {
    clearTimeout(timer)
  }
}
