import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { nanoid } from 'nanoid'
import { firstValueFrom, fromEvent, map } from 'rxjs'
import { expect, onTestFinished, test } from 'vitest'
import { openLmdbStore } from '../../../src/adapters/lmdb/store.ts'
import type { DomainEvent } from '../../../src/events/catalogue.ts'
import { bundle } from '../../support/bundle.ts'
import { context } from '../../support/examples.ts'
import { storePath } from '../../support/store-storm.ts'
import { tempFolder } from '../../support/temp.ts'

const event: DomainEvent = { type: 'task.skipped', data: { reason: 'listen' } }

test('another process hears of an event within 100 ms at the median', async () => {
  const path = storePath(tempFolder())
  const { log, close } = await openLmdbStore({
    path,
    clock: { now: () => new Date() },
    newId: () => nanoid(),
  })
  onTestFinished(() => close())
  const program = await bundle('test/fixtures/store/worker.ts')
  const listener = spawn(process.execPath, [program, 'listen', path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => {
    listener.kill('SIGKILL')
  })
  const lines = createInterface(listener.stdout)
  const line = () => firstValueFrom(fromEvent(lines, 'line').pipe(map(String)))
  await once(lines, 'line')

  const waits: number[] = []
  for (let nth = 0; nth < 40; nth += 1) {
    const heard = line()
    await log.append([{ stream: 'task/b/1', expectedVersion: nth, events: [event] }], context)
    const at = Date.now()
    const [position, time] = (await heard).split(' ').map(Number)
    expect(position).toBe(nth + 1)
    waits.push(Number(time) - at)
  }
  const median = waits.sort((a, b) => a - b)[20]
  console.log(`heard after ${median} ms at the median, ${waits.at(-1)} ms at most`)
  expect(median).toBeLessThan(100)
})
