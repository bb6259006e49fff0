import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { nanoid } from 'nanoid'
import { expect, onTestFinished, test } from 'vitest'
import { taskStream } from '../../src/events/event.ts'
import { bundle } from '../support/bundle.ts'
import { context, queued } from '../support/examples.ts'
import { openStoreIn, started, storeIn, writeHistory } from '../support/history.ts'
import { makeProject, type Project } from '../support/project.ts'

async function projectWithHistory(): Promise<Project> {
  const project = makeProject({ 'package.json': '{}' })
  await writeHistory(project.folder)
  return project
}

async function add(folder: string, id: string): Promise<void> {
  const { log, close } = await openStoreIn(folder, nanoid)
  const stream = taskStream('json:tasks.json', id)
  await log.append([{ stream, expectedVersion: 0, events: [queued] }], context)
  await close()
}

const events = async (project: Project): Promise<string> => (await project.loopwork('export')).out

test('a backup brings everything back, byte for byte, and what was there is kept', async () => {
  const project = await projectWithHistory()
  const before = await events(project)
  const made = await project.loopwork('backup', 'kept.backup', '--json')
  expect(JSON.parse(made.out)).toMatchObject({ schema: 'loopwork/backup@1', events: 122 })
  expect(statSync(join(project.folder, 'kept.backup')).mode & 0o777).toBe(0o600)
  expect((await project.loopwork('verify', 'kept.backup')).code).toBe(0)

  await add(project.folder, 'LATER')
  const refused = await project.loopwork('restore', 'kept.backup')
  expect([refused.code, refused.err]).toEqual([
    3,
    expect.stringMatching(/has 1 events that the backup does not/),
  ])
  expect(await events(project)).toContain('LATER')

  const restored = await project.loopwork('restore', 'kept.backup', '--force', '--json')
  const { keptAside } = JSON.parse(restored.out)
  expect(await events(project)).toBe(before)
  expect((await project.loopwork('verify')).code).toBe(0)
  expect((await project.loopwork('verify', keptAside)).out).toMatch(/123 events/)
  await add(project.folder, 'GOES-ON')
  expect((await project.loopwork('verify')).code).toBe(0)
  const state = readdirSync(join(project.folder, '.loopwork-state'))
  expect(state.filter((name) => /restoring|unfinished|reading/.test(name))).toEqual([])
}, 60_000)

test('a backup is not overwritten, and one that is damaged is not restored', async () => {
  const project = await projectWithHistory()
  await project.loopwork('backup', 'kept.backup')
  expect((await project.loopwork('backup', 'kept.backup')).code).toBe(3)
  const file = join(project.folder, 'kept.backup')
  const bytes = readFileSync(file)
  bytes.fill(0, 3 * 4096, 6 * 4096)
  writeFileSync(file, bytes)
  const before = await events(project)
  const { code, err } = await project.loopwork('restore', 'kept.backup', '--force')
  expect([code, err]).toEqual([7, expect.stringMatching(/kept.backup is damaged[\s\S]*left as it is/)])
  expect(await events(project)).toBe(before)
}, 60_000)

test('a store in use, or of another project, is replaced only by force', async () => {
  const project = await projectWithHistory()
  await project.loopwork('backup', 'kept.backup')
  const other = makeProject({ 'package.json': '{}' })
  await add(other.folder, 'ONLY')
  await other.loopwork('backup', join(project.folder, 'other.backup'))
  expect((await project.loopwork('restore', 'other.backup')).err).toMatch(/another history/)

  const store = await openStoreIn(project.folder)
  const { createProcesses } = await import('../../src/adapters/supervisor/processes.ts')
  const fence = { name: 'loop/busy', token: 1, raise: true } as const
  await store.log.append(
    [{ stream: 'loop/busy', expectedVersion: 0, events: [started(1, createProcesses().self)] }],
    { ...context, fence },
  )
  await store.close()
  await project.loopwork('backup', 'newest.backup')
  const { code, err } = await project.loopwork('restore', 'newest.backup')
  expect([code, err]).toEqual([3, expect.stringMatching(/working in the namespace busy/)])
}, 60_000)

test('a backup taken while others write is whole', async () => {
  const project = await projectWithHistory()
  const program = await bundle('test/fixtures/store/busy-writer.ts')
  const writer = spawn(process.execPath, [program, storeIn(project.folder)])
  onTestFinished(() => {
    writer.kill('SIGKILL')
  })
  let acknowledged = 0
  const lines = createInterface(writer.stdout)
  lines.on('line', (line) => {
    acknowledged = Number(line)
  })
  await once(lines, 'line')
  for (const name of ['a', 'b', 'c']) {
    const known = acknowledged
    const { code, out } = await project.loopwork('backup', name, '--json')
    expect([code, out]).toEqual([0, expect.stringContaining('backup@1')])
    expect(JSON.parse(out).events).toBeGreaterThanOrEqual(known)
  }
  writer.kill('SIGKILL')
  await once(writer, 'close')
  const restored = await project.loopwork('restore', 'b', '--force', '--json')
  const { events: count, keptAside } = JSON.parse(restored.out)
  expect(JSON.parse((await project.loopwork('verify', '--json')).out)).toMatchObject({
    whole: true,
    events: count,
  })
  const all = JSON.parse((await project.loopwork('verify', keptAside, '--json')).out)
  expect(all).toMatchObject({ whole: true })
  expect(all.events).toBeGreaterThanOrEqual(acknowledged)
}, 60_000)
