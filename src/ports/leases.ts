import type { Fence } from './event-log.ts'

/** A fencing token that has been raised, and is held. */
export type Held = Omit<Fence, 'raise'>

/**
 * Until when the holders of fences are known to be there. Who holds a fence says so again and again; a holder
 * that stays silent, stopped or hung, may be fenced off by the next. Not events: nobody asks for their history.
 */
export type Leases = {
  /** False, and nothing is written, if a higher token has been raised meanwhile. */
  renew(held: Held, until: Date): Promise<boolean>
  /** Null where the present holder has not renewed it yet. */
  until(name: string): Promise<Date | null>
}
