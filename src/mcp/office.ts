import type { App } from '../app.ts'
import type { Settings } from '../config/settings.ts'
import type { DeskUser } from '../daemon/with-desk.ts'

/** A project as a client is let into it. */
export type Place = { readonly app: App; readonly settings: Settings }

/** What all tools work with: the project's store and its backlog, opened when they are first needed. */
export type Office = {
  /** The store, with the settings of the project. */
  place(): Promise<Place>
  /** The backlog and the log, brought together; one use at a time. */
  atDesk<T>(use: (user: DeskUser & Place) => Promise<T>): Promise<T>
  /** Starts this program anew, on its own, with these words; null where that is not allowed. */
  readonly launch: ((words: readonly string[]) => Promise<string>) | null
  close(): Promise<void>
}

type OpenDesk = DeskUser & { close(): Promise<void> }

/**
 * The office of one server. A project that cannot be opened is no reason not to answer: each call tells
 * what is wrong, and the next one looks again.
 */
export function openOffice(given: {
  open(): Promise<Place>
  readonly launch: Office['launch']
  /** How the desk is opened; left out where the client may reach the backlog itself. */
  readonly openDesk?: (place: Place) => Promise<OpenDesk>
}): Office {
  let place: Promise<Place> | null = null
  let desk: Promise<OpenDesk> | null = null
  let last: Promise<unknown> = Promise.resolve()

  const open = (): Promise<Place> => {
    place ??= given.open().catch((thrown) => {
      place = null
      throw thrown
    })
    return place
  }
  const openDesk = async (here: Place) => {
    desk ??= (given.openDesk ?? ownDesk)(here).catch((thrown) => {
      desk = null
      throw thrown
    })
    return desk
  }

  return {
    place: open,
    atDesk: (use) => {
      const turn = async () => {
        const here = await open()
        const user = await openDesk(here)
        await user.sync()
        return use({ ...user, ...here })
      }
      const result = last.then(turn, turn)
      // Whoever asked hears of a failure, and need not wait until a remote backlog has been told.
      last = result.then(async () => (await desk)?.deliver()).catch(() => undefined)
      return result
    },
    launch: given.launch,
    close: async () => {
      await last
      const user = await desk?.catch(() => null)
      await user?.close()
      const here = await place?.catch(() => null)
      await here?.app.close()
    },
  }
}

async function ownDesk({ app, settings }: Place): Promise<OpenDesk> {
  const { openDeskUser } = await import('../daemon/with-desk.ts')
  return openDeskUser(app, settings, 'mcp')
}
