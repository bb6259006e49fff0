import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { agentOf, backlogOf, configOf, makeProject } from '../support/project.ts'

test('how the files stood before an attempt is for the owner alone, and gone when the run has ended', {
  timeout: 60_000,
}, async () => {
  const project = makeProject({
    'loopwork.config.json': configOf(agentOf('setInterval(() => undefined, 1000)')),
    'tasks.json': backlogOf({ id: 'T-1', title: 'One' }),
    'notes.txt': 'not committed yet',
  })
  spawnSync('git', ['init', '--quiet'], { cwd: project.folder })
  const run = project.begin('start')
  const sessions = join(project.folder, '.loopwork-state/sessions')
  const snapshotIn = () =>
    readdirSync(sessions, { recursive: true, encoding: 'utf8' }).find((path) => path.endsWith('tree.json'))
  await expect.poll(() => existsSync(sessions) && snapshotIn(), { timeout: 20_000 }).toBeTruthy()
  const snapshot = join(sessions, snapshotIn() ?? '', '..')
  const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8)
  expect(modeOf(snapshot)).toBe('700')
  expect(modeOf(join(snapshot, 'tree.json'))).toBe('600')
  run.kill('SIGTERM')
  expect((await run.answer).code).toBe(143)
  expect(existsSync(snapshot)).toBe(false)
})
