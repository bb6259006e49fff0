import { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { followLog } from '../../../src/adapters/files/follow-log.ts'
import { readBackwards } from '../../../src/adapters/files/lines-backwards.ts'
import { createSessionFiles } from '../../../src/adapters/files/session-files.ts'
import { tempFolder } from '../../support/temp.ts'

async function readAll(log: { read(): Promise<readonly string[]> }): Promise<string[]> {
  const all: string[] = []
  for (let lines = await log.read(); lines.length > 0; lines = await log.read()) all.push(...lines)
  return all
}

async function backwards(path: string): Promise<string[]> {
  const found: string[] = []
  for await (const line of (await readBackwards(path)).lines) found.push(line)
  return found.reverse()
}

test('a log that is rotated again and again is followed without a gap or a repetition', async () => {
  const state = tempFolder()
  const files = createSessionFiles(state, 2_000)
  const folder = await files.create('default', new Date(0))
  const path = join(state, folder, 'loopwork.log')
  const log = followLog(path, null)
  const seen: string[] = []
  const written: string[] = []
  for (let nth = 0; nth < 400; nth += 1) {
    const line = `line ${nth} ${'ü'.repeat(nth % 90)}`
    written.push(line)
    await files.log(folder, [line])
    if (nth % 57 === 0) seen.push(...(await readAll(log))) // several rotations between two looks
  }
  seen.push(...(await readAll(log)))
  expect(seen).toEqual(written)
  expect(await backwards(path)).toEqual(written)
  await log.close()
})

test('it goes on from where the last lines ended, with the half line that was being written', async () => {
  const path = join(tempFolder(), 'loopwork.log')
  writeFileSync(path, 'one\ntwo\nthr')
  const { end, rest } = await readBackwards(path)
  expect([await backwards(path), rest]).toEqual([['one', 'two'], 'thr'])
  const log = followLog(path, end)
  expect(await readAll(log)).toEqual([])
  appendFileSync(path, 'ee\nfour\n')
  expect(await readAll(log)).toEqual(['three', 'four'])
  await log.close()
})

test('it survives a rotation by others, an emptied file, and segments that are taken away', async () => {
  const path = join(tempFolder(), 'loopwork.log')
  writeFileSync(path, 'one\n')
  const log = followLog(path, null)
  expect(await readAll(log)).toEqual(['one'])
  appendFileSync(path, 'two\n')
  renameSync(path, `${path}.old`)
  writeFileSync(path, 'three\n')
  expect(await readAll(log)).toEqual(['two', 'three'])
  writeFileSync(path, 'x\n') // emptied, and written anew
  expect(await readAll(log)).toEqual(['x'])
  renameSync(path, path.replace('.log', '.1.log'))
  writeFileSync(path, 'five\n')
  rmSync(path.replace('.log', '.1.log'))
  expect(await readAll(log)).toEqual(['five'])
  await log.close()
})

test('a log that is not there yet is waited for', async () => {
  const folder = join(tempFolder(), 'later')
  const path = join(folder, 'loopwork.log')
  const log = followLog(path, null)
  expect(await readAll(log)).toEqual([])
  mkdirSync(folder)
  writeFileSync(path, 'first\n')
  expect(await readAll(log)).toEqual(['first'])
  await log.close()
})

test('read backwards, any text gives its lines', async () => {
  const path = join(tempFolder(), 'any.log')
  const line = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => text.replace(/[\r\n]/g, '')),
    fc.constantFrom('', 'x'.repeat(70_000), 'ü'.repeat(40_000)),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 30 }), async (lines) => {
      writeFileSync(path, lines.map((text) => `${text}\n`).join(''))
      expect(await backwards(path)).toEqual(lines)
    }),
    { numRuns: 100 },
  )
})
