import { crc32 } from 'node:zlib'
import { Packr } from 'msgpackr'
import { LoopworkError } from '../../errors.ts'

/** The first byte of every value: what follows is a checksum and plain MessagePack. */
const codec = 1
const headerBytes = 5

// Without records: their shared structures, once lost in an aborted transaction, make values unreadable.
const packr = new Packr({ useRecords: false, mapsAsObjects: true })

/** A value as it stands in the store: codec byte, CRC-32 of the rest, MessagePack. */
export function encode(value: unknown): Buffer {
  const body = packr.pack(value)
  const bytes = Buffer.allocUnsafe(headerBytes + body.length)
  bytes[0] = codec
  bytes.writeUInt32BE(crc32(body), 1)
  body.copy(bytes, headerBytes)
  return bytes
}

/** Reads a value back. Fails with `corrupt`, naming `where`, if its bytes are not those that were written. */
export function decode(bytes: Buffer, where: () => string): unknown {
  if (bytes[0] !== codec) {
    throw new LoopworkError('corrupt', `${where()} is written in the unknown encoding ${bytes[0]}`, {
      hint: 'It was written by a newer loopwork, or damaged. Upgrade loopwork, then try again.',
    })
  }
  const body = bytes.subarray(headerBytes)
  if (crc32(body) !== bytes.readUInt32BE(1)) {
    throw new LoopworkError('corrupt', `${where()} is damaged: its checksum does not fit`, { hint: damaged })
  }
  return packr.unpack(body)
}

const damaged =
  'Stop all loops and copy the store folder before anything else; what is before and after can still be read.'
