import { unwatchFile, watchFile } from 'node:fs'
import { followFile } from '../../adapters/files/growing-file.ts'
import type { Io } from '../io.ts'

const lookMs = 200

/** Shows the lines that are added to a file from now on, until Ctrl-C. */
export async function followText(path: string, show: (line: string) => void, io: Io): Promise<void> {
  const file = followFile(path)
  await file.read({ atMost: 0, skip: true }) // what is there already was shown
  let reading = Promise.resolve()
  const readOn = async (): Promise<void> => {
    for (let more = true; more; ) {
      const batch = await file.read({ atMost: 1 << 20, skip: false })
      batch.lines.forEach(show)
      more = batch.more
    }
  }
  await new Promise<void>((resolve) => {
    const stop = io.onSignal(['SIGINT', 'SIGTERM'], () => {
      stop()
      unwatchFile(path)
      resolve()
    })
    watchFile(path, { interval: lookMs }, () => {
      reading = reading.then(readOn)
    })
  })
  await reading
  await file.close()
}
