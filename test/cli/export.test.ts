import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { taskStream } from '../../src/events/event.ts'
import { context, queued } from '../support/examples.ts'
import { openStoreIn, writeHistory } from '../support/history.ts'
import { makeProject } from '../support/project.ts'

test('all events are exported in order, those of one task alone, and no secret with them', async () => {
  const project = makeProject({ 'package.json': '{}' })
  await writeHistory(project.folder, 3)
  const token = `ghp_${'aB3x'.repeat(9)}`
  const { log, close } = await openStoreIn(project.folder)
  const leak = { ...queued, data: { ...(queued.data as object), title: `use ${token} or hunter2hunter2` } }
  const stream = taskStream('json:tasks.json', 'LEAK')
  await log.append([{ stream, expectedVersion: 0, events: [leak as typeof queued] }], context)
  await close()

  const { code, out } = await project.with({ MY_PASSWORD: 'hunter2hunter2' }).loopwork('export')
  const facts = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect([code, facts.map(({ position }) => position)]).toEqual([
    0,
    Array.from({ length: 12 }, (_, nth) => nth + 1),
  ])
  expect(facts[11].event.data.title).toBe('use ***GITHUB_TOKEN*** or ***MY_PASSWORD***')

  const one = await project.loopwork('export', '--task', 'T-2', '--out', 'one.jsonl', '--json')
  expect(JSON.parse(one.out)).toMatchObject({ schema: 'loopwork/export@1', events: 3 })
  const file = join(project.folder, 'one.jsonl')
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const types = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).event.type)
  expect(types).toEqual(['task.queued', 'task.skipped', 'task.reset'])
  expect((await project.loopwork('export', '--task', 'NONE')).code).toBe(4)
  expect((await project.loopwork('export', '--out', 'no/such/folder/x')).code).toBe(6)
})

test('sessions of earlier versions are copied once, without secrets, and the old ones are left', async () => {
  const token = `ghp_${'aB3x'.repeat(9)}`
  const project = makeProject({
    'package.json': '{}',
    '.loopwork/runs/default/2026-01-25T10-30-45/loopwork.log': `[INFO] pushed with ${token}\n`,
    '.loopwork/runs/default/2026-01-25T10-30-45/logs/iteration-1-prompt.md': 'Do it',
    '.loopwork/runs/default/monitor-logs/x.log': 'not a session',
    'loopwork-runs/api/2025-12-01T00-00-00/loopwork.log': 'old\n',
    '.loopwork-cost-tracking.json': '{}',
  })
  const first = JSON.parse((await project.loopwork('import', '--json')).out)
  expect(first).toMatchObject({
    schema: 'loopwork/import@1',
    known: 0,
    costFiles: ['.loopwork-cost-tracking.json'],
  })
  expect(first.copied.map(({ to }: { to: string }) => to).sort()).toEqual([
    'sessions/api/2025-12-01T00-00-00',
    'sessions/default/2026-01-25T10-30-45',
  ])
  const log = '.loopwork-state/sessions/default/2026-01-25T10-30-45/loopwork.log'
  expect(project.read(log)).toBe('[INFO] pushed with ***GITHUB_TOKEN***\n')
  expect(statSync(join(project.folder, log)).mode & 0o777).toBe(0o600)
  expect(project.read('.loopwork/runs/default/2026-01-25T10-30-45/loopwork.log')).toContain(token)
  expect(JSON.parse((await project.loopwork('import', '--json')).out)).toMatchObject({ copied: [], known: 2 })
})
