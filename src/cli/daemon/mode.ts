import type { LoopMode } from '../../events/loop.ts'
import type { Io } from '../io.ts'

/** Tells a process how it was started; agents never see it. */
export const modeVariable = 'LOOPWORK_MODE'

/** How this process was started. */
export function modeOf({ env }: Pick<Io, 'env'>): LoopMode {
  const said = env[modeVariable]
  return said === 'daemon' || said === 'service' ? said : 'foreground'
}
