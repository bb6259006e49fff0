import { hash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { Packr } from 'msgpackr'
import { LoopworkError } from '../../errors.ts'

// Encodings, told apart by the first byte; a CRC-32 of all that follows it comes next.
/** Plain MessagePack: a row of a view. */
const single = 1
/** A link to the event before, then MessagePack. */
const chained = 2
const headerBytes = 5

/**
 * Ties an event to all that came before it: the first 16 bytes of the SHA-256 of the link before and the event
 * itself. A checksum shows damage; only this shows an event that was exchanged, taken out or put in.
 */
export type Link = Buffer

const linkBytes = 16
const bodyAt = headerBytes + linkBytes

/** What the first event follows. */
export const noLink: Link = Buffer.alloc(linkBytes)

// Without records: their shared structures, once lost in an aborted transaction, make values unreadable.
const packr = new Packr({ useRecords: false, mapsAsObjects: true })

/** A row as it stands in the store. */
export function encode(value: unknown): Buffer {
  const body = packr.pack(value)
  const bytes = Buffer.allocUnsafe(headerBytes + body.length)
  body.copy(bytes, headerBytes)
  return sealed(bytes, single)
}

/** An event as it stands in the store, after another with that link. */
export function encodeLinked(value: unknown, before: Link): Buffer {
  const body = packr.pack(value)
  const bytes = Buffer.allocUnsafe(bodyAt + body.length)
  body.copy(bytes, bodyAt)
  before.copy(bytes, headerBytes)
  link(bytes).copy(bytes, headerBytes)
  return sealed(bytes, chained)
}

/** Reads a row back. Fails with `corrupt`, naming `where`, if its bytes are not those that were written. */
export function decode(bytes: Buffer, where: () => string): unknown {
  assertWhole(bytes, single, headerBytes, where)
  return packr.unpack(bytes.subarray(headerBytes))
}

/** Reads an event back, as `decode` does a row. What it follows is not looked at. */
export function decodeLinked(bytes: Buffer, where: () => string): unknown {
  assertWhole(bytes, chained, bodyAt, where)
  return packr.unpack(bytes.subarray(bodyAt))
}

/** The link of an event that is whole, for the next one to follow. */
export function linkOf(bytes: Buffer, where: () => string): Link {
  assertWhole(bytes, chained, bodyAt, where)
  return bytes.subarray(headerBytes, bodyAt)
}

/** Whether an event was written after one with this link, as it is now. */
export function follows(bytes: Buffer, before: Link): boolean {
  const copy = Buffer.from(bytes)
  before.copy(copy, headerBytes)
  return link(copy).equals(bytes.subarray(headerBytes, bodyAt))
}

/** The link of an event in whose place for it the link before stands. */
function link(bytes: Buffer): Buffer {
  return hash('sha256', bytes.subarray(headerBytes), 'buffer').subarray(0, linkBytes)
}

function sealed(bytes: Buffer, encoding: number): Buffer {
  bytes[0] = encoding
  bytes.writeUInt32BE(crc32(bytes.subarray(headerBytes)), 1)
  return bytes
}

function assertWhole(bytes: Buffer, encoding: number, shortest: number, where: () => string): void {
  if (bytes[0] !== encoding) {
    throw new LoopworkError('corrupt', `${where()} is written in the unknown encoding ${bytes[0]}`, {
      hint: 'It was written by another version of loopwork, or damaged. `loopwork verify` says which.',
    })
  }
  if (bytes.length > shortest && crc32(bytes.subarray(headerBytes)) === bytes.readUInt32BE(1)) return
  throw new LoopworkError('corrupt', `${where()} is damaged: its checksum does not fit`, { hint: damaged })
}

const damaged =
  'Stop all loops and copy the store folder before anything else; `loopwork verify` says how far it is whole.'
