import { firstValueFrom } from 'rxjs'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { DomainEvent, Fact } from '../../src/events/catalogue.ts'
import type { EventLog } from '../../src/ports/event-log.ts'
import { context, now, queued, reset, skipped } from '../support/examples.ts'

/** What every event log promises. Each implementation runs it from its own test file. */
export function eventLogContract(name: string, open: () => Promise<EventLog>): void {
  const opened = async () => {
    const log = await open()
    onTestFinished(() => log.close())
    return log
  }
  const one = (
    stream: `task/${string}`,
    expectedVersion: number,
    events: readonly DomainEvent[] = [queued],
  ) => [{ stream, expectedVersion, events }]

  describe(name, () => {
    test('gives each event its place in the log and in its stream', async () => {
      const log = await opened()
      await log.append(one('task/b/1', 0), context)
      await log.append(one('task/b/2', 0), context)
      await log.append(one('task/b/1', 1, [skipped]), context)

      expect(placed(await all(log))).toEqual([
        [1, 'task/b/1', 1],
        [2, 'task/b/2', 1],
        [3, 'task/b/1', 2],
      ])
      expect(placed(await stream(log, 'task/b/1'))).toEqual([
        [1, 'task/b/1', 1],
        [3, 'task/b/1', 2],
      ])
      expect(await log.head()).toBe(3)
    })

    test('keeps the whole envelope', async () => {
      const log = await opened()
      const written = await log.append(one('task/b/1', 0), {
        by: 'mcp',
        session: 's-1',
        correlation: 'c-1',
        causation: 'a-1',
      })
      const read = await all(log)
      expect(read).toEqual(written)
      expect(read[0]).toEqual({
        id: expect.stringMatching(/./),
        position: 1,
        stream: 'task/b/1',
        version: 1,
        at: now.toISOString(),
        session: 's-1',
        correlation: 'c-1',
        causation: 'a-1',
        by: 'mcp',
        schema: 1,
        event: queued,
      })
    })

    test('reads on from a position and from a version', async () => {
      const log = await opened()
      await log.append(one('task/b/1', 0, [queued, skipped, reset]), context)
      expect(placed(await all(log, 1))).toEqual([
        [2, 'task/b/1', 2],
        [3, 'task/b/1', 3],
      ])
      expect(placed(await stream(log, 'task/b/1', 2))).toEqual([[3, 'task/b/1', 3]])
    })

    test('reads no more than it is asked for', async () => {
      const log = await opened()
      await log.append(one('task/b/1', 0, [queued, skipped, reset]), context)
      const read: Fact[] = []
      for await (const batch of log.readAfter(0, { limit: 2 })) read.push(...batch)
      expect(read.map(({ position }) => position)).toEqual([1, 2])
    })

    test('reads thousands of events in order, in batches', async () => {
      const log = await opened()
      const many = Array.from({ length: 3_000 }, (_, nth) => (nth % 2 === 0 ? skipped : reset))
      await log.append(one('task/b/1', 0, [queued, ...many]), context)
      expect((await all(log)).map(({ position }) => position)).toEqual(
        Array.from({ length: 3_001 }, (_, nth) => nth + 1),
      )
      expect(await stream(log, 'task/b/1')).toHaveLength(3_001)
    })

    test('refuses a writer who has not read the newest event, and writes nothing', async () => {
      const log = await opened()
      await log.append(one('task/b/1', 0), context)
      await expect(log.append(one('task/b/1', 0, [skipped]), context)).rejects.toMatchObject({
        code: 'conflict',
      })
      await expect(log.append(one('task/b/1', 5, [skipped]), context)).rejects.toMatchObject({
        code: 'conflict',
      })
      expect(await all(log)).toHaveLength(1)
    })

    test('writes to several streams at once, all or nothing', async () => {
      const log = await opened()
      await log.append(one('task/b/1', 0), context)
      const both = [...one('task/b/2', 0), ...one('task/b/1', 0, [skipped])]
      await expect(log.append(both, context)).rejects.toMatchObject({ code: 'conflict' })
      expect(await all(log)).toHaveLength(1)

      await log.append([...one('task/b/2', 0), ...one('task/b/1', 1, [skipped])], context)
      expect(placed(await all(log))).toEqual([
        [1, 'task/b/1', 1],
        [2, 'task/b/2', 1],
        [3, 'task/b/1', 2],
      ])
    })

    test('refuses a malformed event and an unknown one, and writes nothing', async () => {
      const log = await opened()
      const malformed = { type: 'task.skipped', data: { reason: 7 } } as unknown as DomainEvent
      const unknown = { type: 'task.exploded', data: {} } as unknown as DomainEvent
      for (const bad of [malformed, unknown]) {
        await expect(log.append(one('task/b/1', 0, [queued, bad]), context)).rejects.toMatchObject({
          code: 'corrupt',
        })
      }
      expect(await all(log)).toEqual([])
    })

    test.each(['task/', 'nothing/x', 'task/a\0b', `task/${'x'.repeat(700)}`])(
      'refuses %j as the name of a stream',
      async (bad) => {
        const log = await opened()
        const write = one(bad as `task/${string}`, 0)
        await expect(log.append(write, context)).rejects.toMatchObject({ code: 'invalid' })
      },
    )

    test('lets one of many writers with the same expected version through', async () => {
      const log = await opened()
      const tries = await Promise.allSettled(
        Array.from({ length: 20 }, () => log.append(one('task/b/1', 0), context)),
      )
      expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      expect(await all(log)).toHaveLength(1)
    })

    test('takes appends that are asked for together', async () => {
      const log = await opened()
      await Promise.all(
        Array.from({ length: 50 }, (_, nth) =>
          log.append(one(`task/b/${nth}`, 0, [queued, skipped]), context),
        ),
      )
      expect(await log.head()).toBe(100)
    })

    test('refuses whoever lost its fence', async () => {
      const log = await opened()
      const fenced = (token: number, raise?: true) => ({
        ...context,
        fence: { name: 'default', token, ...(raise ? { raise } : {}) },
      })
      await log.append(one('task/b/1', 0), fenced(1, true))
      await log.append(one('task/b/2', 0), fenced(1))
      await log.append(one('task/b/3', 0), fenced(2, true))
      await expect(log.append(one('task/b/4', 0), fenced(1))).rejects.toMatchObject({ code: 'held' })
      await expect(log.append(one('task/b/4', 0), fenced(2, true))).rejects.toMatchObject({ code: 'held' })
      await log.append(one('task/b/4', 0), fenced(2))
      expect(await log.head()).toBe(4)
    })

    test('does not raise a fence for an append that is refused', async () => {
      const log = await opened()
      await log.append(one('task/b/1', 0), context)
      const raising = { ...context, fence: { name: 'default', token: 9, raise: true as const } }
      await expect(log.append(one('task/b/1', 0), raising)).rejects.toMatchObject({ code: 'conflict' })
      const lower = { ...context, fence: { name: 'default', token: 1, raise: true as const } }
      await log.append(one('task/b/2', 0), lower)
      expect(await log.head()).toBe(2)
    })

    test('rings when something was written', async () => {
      const log = await opened()
      const rung = firstValueFrom(log.bell)
      await log.append(one('task/b/1', 0), context)
      await expect(rung).resolves.toBeUndefined()
    })
  })
}

export async function all(log: EventLog, after = 0): Promise<Fact[]> {
  const facts: Fact[] = []
  for await (const batch of log.readAfter(after)) facts.push(...batch)
  return facts
}

async function stream(log: EventLog, name: `task/${string}`, after = 0): Promise<Fact[]> {
  const facts: Fact[] = []
  for await (const fact of log.readStream(name, after)) facts.push(fact)
  return facts
}

const placed = (facts: readonly Fact[]) =>
  facts.map(({ position, stream, version }) => [position, stream, version])
