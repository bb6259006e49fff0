import { closeSync, existsSync, fsyncSync, openSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { openGate } from './gate.ts'

/** Puts one store folder in the place of another, which is kept under a third name, while nobody commits. */
export async function replaceStore(paths: {
  readonly present: string
  readonly incoming: string
  readonly aside: string
}): Promise<void> {
  const { present, incoming, aside } = paths
  const swap = (): void => {
    if (existsSync(present)) renameSync(present, aside)
    renameSync(incoming, present)
    syncFolder(dirname(present))
  }
  if (!existsSync(present)) return swap()
  const gate = openGate(join(present, 'gate'))
  try {
    await gate.pass('exclusive', swap)
  } finally {
    gate.close()
  }
}

function syncFolder(path: string): void {
  if (process.platform === 'win32') return // folders can't be opened there
  const fd = openSync(path, 'r')
  fsyncSync(fd)
  closeSync(fd)
}
