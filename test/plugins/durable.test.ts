import { expect, onTestFinished, test } from 'vitest'
import { openMemoryEventLog } from '../../src/adapters/memory/event-log.ts'
import { createMemoryPluginStore } from '../../src/adapters/memory/plugin-store.ts'
import { LoopworkError } from '../../src/errors.ts'
import type { Fact } from '../../src/events/catalogue.ts'
import { defaultPolicy } from '../../src/plugins/deliver.ts'
import { startDurable } from '../../src/plugins/durable.ts'
import { createGuard } from '../../src/plugins/guard.ts'
import { type Parked, parkedOf, parkedRow, retryKey } from '../../src/plugins/parked.ts'
import { openReporter } from '../../src/plugins/reports.ts'
import { context, countingIds, now, queued } from '../support/examples.ts'

const owner = 'default/mine'

/** A log and a store, and plugins that hear it one life after the other. Waiting takes no time, but is noted. */
async function scene() {
  let time = now
  const waits: number[] = []
  const clock = {
    now: () => time,
    until: async (instant: Date, signal: AbortSignal) => {
      signal.throwIfAborted()
      waits.push(instant.getTime() - time.getTime())
      time = instant
    },
  }
  const log = openMemoryEventLog({ clock, newId: countingIds() })
  const store = createMemoryPluginStore()
  const guard = createGuard({ limitMs: 1_000, now: () => performance.now(), blocked: () => undefined })
  const lines: string[] = []
  let written = 0
  onTestFinished(() => guard.close())

  const write = async (count: number): Promise<void> => {
    const writes = Array.from({ length: count }, (_, nth) => ({
      stream: `task/b/${written + nth + 1}` as const,
      expectedVersion: 0,
      events: [queued],
    }))
    written += count
    await log.append(writes, context)
  }

  const live = async (
    deliver: (fact: Fact, how: { key: string; attempt: number }) => unknown,
    timeoutMs = 60_000,
  ) => {
    const say = (text: string) => void lines.push(text)
    const reporter = await openReporter({ plugin: 'mine', namespace: 'default', store, clock, say })
    const end = new AbortController()
    const courier = {
      plugin: 'mine',
      policy: { ...defaultPolicy, maxTries: 3, timeoutMs },
      ...{ clock, guard, reporter, deliver, signal: end.signal },
    }
    const durable = startDurable({ owner, courier, log, store, from: 0, isMeant: () => true })
    const stop = async (): Promise<void> => {
      end.abort()
      await durable.ended
    }
    onTestFinished(stop)
    return { durable, reporter, stop }
  }
  return { log, store, write, live, waits, lines }
}

const parked = (store: Parameters<typeof parkedOf>[0]): Promise<readonly Parked[]> => parkedOf(store, owner)

test('every fact is delivered once, in order, and the next life goes on where the last one was', async () => {
  const { write, live } = await scene()
  const heard: number[] = []
  await write(3)
  const first = await live(({ position }) => heard.push(position))
  await first.durable.reached(3)
  await first.stop()
  await write(2)
  const second = await live(({ position }) => heard.push(position))
  await second.durable.reached(5)
  await write(1)
  await second.durable.reached(6)
  expect(heard).toEqual([1, 2, 3, 4, 5, 6])
})

test('a delivery that was under way when its process died is made again, with the same key', async () => {
  const { write, live } = await scene()
  await write(2)
  const keys: string[] = []
  const first = await live(({ position }, { key }) => {
    keys.push(key)
    return position === 2 ? new Promise(() => undefined) : undefined
  })
  await expect.poll(() => keys.length).toBe(2)
  await first.stop()
  const second = await live((_, { key }) => keys.push(key))
  await second.durable.reached(2)
  expect(keys).toHaveLength(3)
  expect(keys[1]).toBe(keys[2])
  expect(keys[0]).not.toBe(keys[1])
})

test('what fails is tried again, ever later, and nothing overtakes it', async () => {
  const { write, live, waits } = await scene()
  await write(2)
  const heard: string[] = []
  const { durable, reporter } = await live(({ position }, { attempt }) => {
    heard.push(`${position}.${attempt}`)
    if (position === 1 && attempt < 3) throw new Error('busy')
  })
  await durable.reached(2)
  expect(heard).toEqual(['1.1', '1.2', '1.3', '2.1'])
  expect(waits).toEqual([1_000, 2_000])
  expect(reporter.report).toMatchObject({ state: 'running', errors: 2 })
})

test('a service that says when is asked again then', async () => {
  const { write, live, waits } = await scene()
  await write(1)
  const { durable } = await live((_, { attempt }) => {
    if (attempt === 1) throw new LoopworkError('unavailable', 'later', { cause: { retryAfterMs: 90_000 } })
  })
  await durable.reached(1)
  expect(waits).toEqual([90_000])
})

test('what keeps failing is parked, and what is hopeless is parked at once', async () => {
  const { write, live, store } = await scene()
  await write(3)
  const tries: number[] = []
  const { durable } = await live(({ position }) => {
    tries.push(position)
    if (position === 1) throw new Error('busy')
    if (position === 2) throw new LoopworkError('invalid', 'too long')
  })
  await durable.reached(3)
  expect(tries).toEqual([1, 1, 1, 2, 3])
  expect(await parked(store)).toMatchObject([
    { position: 1, type: 'task.queued', subject: '1', problem: 'busy', tries: 3 },
    { position: 2, problem: 'too long', tries: 1 },
  ])
})

test('what is parked is delivered when somebody asks for it', async () => {
  const { write, live, store } = await scene()
  await write(2)
  let isWell = false
  const heard: number[] = []
  const { durable } = await live(({ position }) => {
    if (!isWell) throw new LoopworkError('invalid', 'no')
    heard.push(position)
  })
  await durable.reached(2)
  isWell = true
  const [first] = await parked(store)
  await store.put(owner, [parkedRow({ ...(first as Parked), isWanted: true })])
  await expect.poll(() => heard, { timeout: 10_000 }).toEqual([1])
  expect((await parked(store)).map(({ position }) => position)).toEqual([2])
})

test('a refused token stops the deliveries until somebody has looked, and nothing is lost', async () => {
  const { write, live, store, lines } = await scene()
  await write(3)
  let isGood = false
  const tries: number[] = []
  const { durable, reporter } = await live(({ position }) => {
    tries.push(position)
    if (!isGood) throw new LoopworkError('rejected', '401', { hint: 'Check the token.' })
  })
  await durable.reached(3)
  expect(reporter.report).toMatchObject({ state: 'suspended', problem: '401. Check the token.' })
  isGood = true
  await store.put(owner, [[retryKey, true]])
  await expect.poll(() => tries, { timeout: 10_000 }).toEqual([1, 1, 2, 3])
  expect(lines).toEqual(['plugin mine: 401. Check the token.'])
})

test('a delivery that hangs is given up after its time', async () => {
  const { write, live, store } = await scene()
  await write(1)
  const { durable } = await live(() => new Promise(() => undefined), 20)
  await durable.reached(1)
  expect(await parked(store)).toMatchObject([{ problem: 'no end after 0.02 s', tries: 3 }])
})

test('of two processes that deliver for one plugin the older one stops', async () => {
  const { write, live } = await scene()
  await write(1)
  const first = await live(() => undefined)
  await first.durable.reached(1)
  const second = await live(() => undefined)
  await second.durable.reached(1)
  await write(2)
  await Promise.race([first.durable.ended, second.durable.ended])
  const states = [first, second].map(({ reporter }) => reporter.report.state)
  expect(states.sort()).toEqual(['off', 'running'])
})

test('a hundred thousand facts that wait take no memory', { timeout: 120_000 }, async () => {
  const { write, live, log } = await scene()
  for (let nth = 0; nth < 100; nth += 1) await write(1_000)
  let mostAtOnce = 0
  const { readAfter } = log
  log.readAfter = async function* (position, options) {
    for await (const batch of readAfter(position, options)) {
      mostAtOnce = Math.max(mostAtOnce, batch.length)
      yield batch
    }
  }
  let heard = 0
  const slow = await live(async () => {
    heard += 1
    await new Promise((resolve) => setImmediate(resolve))
  })
  await slow.durable.reached(5_000)
  expect(heard).toBeGreaterThanOrEqual(5_000)
  expect(mostAtOnce).toBeLessThanOrEqual(64)
})
