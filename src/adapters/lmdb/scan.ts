import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Database } from 'lmdb'
import { openGate } from './gate.ts'
import { openEventsToRead } from './tables.ts'

/** One way through a damaged store. Each gets at events that the others cannot reach. */
export type Scan = {
  readonly by: 'forward' | 'backward' | 'points'
  readonly from: number
  readonly to: number
}

/**
 * Writes all events that can be got at to a file, a line each: the position and the bytes. At once, so that
 * they are there when the next one ends the process; by points also a line for each that is about to be read.
 */
export async function scanStore(path: string, scan: Scan, file: string): Promise<void> {
  const gate = openGate(join(path, 'gate'))
  const { root, events } = await gate.pass('exclusive', () => openEventsToRead(path))
  const fd = openSync(file, 'w', 0o600)
  const found = (position: number, bytes: Buffer) =>
    writeSync(fd, `${position} ${bytes.toString('base64')}\n`)
  try {
    if (scan.by === 'points') readPoints(events, scan, (position) => writeSync(fd, `${position}\n`), found)
    else readRange(events, scan, found)
  } finally {
    closeSync(fd)
    await gate.passAlone(() => root.close())
    gate.close()
  }
}

type Found = (position: number, bytes: Buffer) => void

function readRange(events: Database<Buffer, number>, { by, from, to }: Scan, found: Found): void {
  const range = by === 'forward' ? { start: from, end: to } : { start: to, end: from, reverse: true }
  try {
    for (const { key, value } of events.getRange(range)) {
      if (typeof key === 'number') found(key, value)
    }
  } catch {
    // damage: what lies behind it is reached another way
  }
}

function readPoints(
  events: Database<Buffer, number>,
  { from, to }: Scan,
  about: (position: number) => void,
  found: Found,
): void {
  for (let position = from; position <= to; position += 1) {
    about(position)
    try {
      const bytes = events.get(position)
      if (bytes) found(position, bytes)
    } catch {
      // damage: on to the next
    }
  }
}
