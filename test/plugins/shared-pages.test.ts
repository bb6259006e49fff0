import { expect, test } from 'vitest'
import { openMemoryEventLog } from '../../src/adapters/memory/event-log.ts'
import { systemClock } from '../../src/adapters/system/clock.ts'
import type { Fact } from '../../src/events/catalogue.ts'
import { sharedPages } from '../../src/plugins/shared-pages.ts'
import type { EventLog } from '../../src/ports/event-log.ts'
import { context, countingIds, queued } from '../support/examples.ts'

function scene() {
  const log = openMemoryEventLog({ clock: systemClock, newId: countingIds() })
  const asked: number[] = []
  let written = 0
  const write = async (count: number): Promise<void> => {
    for (let nth = 0; nth < count; nth += 1) {
      written += 1
      await log.append([{ stream: `task/b/${written}`, expectedVersion: 0, events: [queued] }], context)
    }
  }
  const readAfter = sharedPages((position, options) => {
    asked.push(position)
    return log.readAfter(position, options)
  })
  return { write, asked, readAfter }
}

async function all(readAfter: EventLog['readAfter'], position: number, limit?: number): Promise<Fact[]> {
  const found: Fact[] = []
  for await (const facts of readAfter(position, limit === undefined ? {} : { limit })) found.push(...facts)
  return found
}

const positions = (facts: readonly Fact[]): number[] => facts.map(({ position }) => position)
const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, nth) => first + nth)

test('what one reader has read is given to the others, who hear all of it in order', async () => {
  const { write, asked, readAfter } = scene()
  await write(200)
  const readers = await Promise.all([all(readAfter, 0), all(readAfter, 0), all(readAfter, 30)])
  expect(readers.map(positions)).toEqual([upTo(200), upTo(200), upTo(200, 31)])
  expect(readers[0]?.[40]).toBe(readers[1]?.[40]) // the same, decoded once
  const before = asked.length
  expect(positions(await all(readAfter, 150, 7))).toEqual(upTo(157, 151))
  expect(asked).toHaveLength(before)
})

test('whoever reads at the end of the log hears what is written next', async () => {
  const { write, readAfter } = scene()
  await write(3)
  expect(positions(await all(readAfter, 0))).toEqual([1, 2, 3])
  expect(await all(readAfter, 3)).toEqual([])
  await write(2)
  expect(positions(await all(readAfter, 3))).toEqual([4, 5])
  expect(positions(await all(readAfter, 1))).toEqual([2, 3, 4, 5])
})

test('a reading that began before an event was written does not hide it from those who come later', async () => {
  let end = (): void => undefined
  const early = new Promise<void>((resolve) => {
    end = resolve
  })
  const fact = { position: 1 } as Fact
  let times = 0
  const readAfter = sharedPages(async function* () {
    times += 1
    if (times === 1) return void (await early) // saw nothing, and takes its time to say so
    yield [fact]
  })
  const first = all(readAfter, 0, 1)
  const second = all(readAfter, 0, 1)
  end()
  expect([await first, await second]).toEqual([[], [fact]])
})

test('one that is far behind reads for itself, and the newest stay at hand', async () => {
  const { write, asked, readAfter } = scene()
  await write(700)
  await all(readAfter, 0)
  const before = asked.length
  expect(positions(await all(readAfter, 0, 10))).toEqual(upTo(10))
  expect(asked).toHaveLength(before + 1)
  expect(positions(await all(readAfter, 690))).toEqual(upTo(700, 691))
  expect(asked.slice(before + 1)).toEqual([700])
})

test('no reader can change what the others are given', async () => {
  const { write, readAfter } = scene()
  await write(1)
  const [fact] = await all(readAfter, 0)
  expect(() => Object.assign(fact?.event.data ?? {}, { title: 'mine' })).toThrow(TypeError)
})
