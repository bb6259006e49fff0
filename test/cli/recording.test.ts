import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openMemoryEventLog } from '../../src/adapters/memory/event-log.ts'
import { feedStately, type StatelyInspector } from '../../src/cli/web/feed-stately.ts'
import { openRecording } from '../../src/cli/web/recording.ts'
import { taskStream } from '../../src/events/event.ts'
import { context, countingIds, now } from '../support/examples.ts'
import { claimed, queued } from '../support/task-facts.ts'
import { tempFolder } from '../support/temp.ts'

const stream = taskStream('tasks.json', 'A-1')

async function written() {
  const log = openMemoryEventLog({ clock: { now: () => now }, newId: countingIds() })
  return log.append([{ stream, expectedVersion: 0, events: [queued, claimed(1)] }], context)
}

async function fileOf(lines: readonly string[]): Promise<string> {
  const file = join(tempFolder(), 'log.jsonl')
  writeFileSync(file, lines.join('\n'))
  return file
}

test('a log that was written to a file is read back', async () => {
  const facts = await written()
  const log = await openRecording(await fileOf(facts.map((fact) => JSON.stringify(fact))))
  expect(await log.head()).toBe(2)
  const read = []
  for await (const batch of log.readAfter(1)) read.push(...batch)
  expect(read).toEqual(facts.slice(1))
})

test.each([
  ['no JSON', 'x', 'line 1 of .* is no event'],
  ['no event', '{"position":1}', 'line 1 of .* is no event'],
  ['an event of an unknown type', null, 'unknown type "task.flown"'],
])('%s in it is refused', async (_, line, message) => {
  const [fact] = await written()
  const flown = JSON.stringify({ ...fact, event: { type: 'task.flown', data: {} } })
  await expect(openRecording(await fileOf([line ?? flown]))).rejects.toThrow(new RegExp(message))
})

test('a part of a log is refused, and a file that is not there', async () => {
  const [, second] = await written()
  await expect(openRecording(await fileOf([JSON.stringify(second)]))).rejects.toThrow('is not whole')
  await expect(openRecording('/nowhere/log.jsonl')).rejects.toThrow('cannot be read')
})

test('the hosted inspector hears names of states and events, and nothing of their contents', async () => {
  const facts = await written()
  const log = await openRecording(await fileOf(facts.map((fact) => JSON.stringify(fact))))
  const sent: unknown[] = []
  const inspector: StatelyInspector = {
    actor: ({ sessionId }, snapshot) => sent.push(['actor', sessionId, snapshot]),
    event: (...what) => sent.push(['event', ...what]),
    snapshot: (...what) => sent.push(['snapshot', ...what]),
  }
  let end = (): void => undefined
  const io = {
    cwd: '/',
    onSignal: (_: unknown, heard: () => void) => {
      end = heard
      return () => undefined
    },
  }
  const warned: string[] = []
  const print = { warn: (text: string) => warned.push(text), line: () => undefined }
  const feeding = feedStately(log, stream, {}, { io, print, argv: [] } as never, async () => () => inspector)
  await expect.poll(() => sent.length).toBe(5)
  end()
  expect(await feeding).toBe(0)
  const bare = (value: string) => ({ value, context: {}, status: 'active' })
  expect(sent).toEqual([
    ['actor', stream, bare('absent')],
    ['event', stream, { type: 'task.queued' }],
    ['snapshot', stream, bare('queued'), { event: { type: 'task.queued' } }],
    ['event', stream, { type: 'task.claimed' }],
    ['snapshot', stream, bare('claimed'), { event: { type: 'task.claimed' } }],
  ])
  expect(warned).toEqual([expect.stringContaining('a page of stately.ai')])
})
