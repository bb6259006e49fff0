import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, cpSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { bundle } from '../support/bundle.ts'
import { storeIn, writeHistory } from '../support/history.ts'
import { makeProject, type Project } from '../support/project.ts'

const dataOf = (project: Project): string => join(storeIn(project.folder), 'data.mdb')

async function projectWithHistory(tasks?: number): Promise<Project> {
  const project = makeProject({ 'package.json': '{}' })
  await writeHistory(project.folder, tasks)
  return project
}

/** Has another process write a few histories: what is damaged out of sight shows when pages are used again. */
async function writeSome(store: string): Promise<void> {
  const writer = spawn(process.execPath, [await bundle('test/fixtures/store/busy-writer.ts'), store])
  onTestFinished(() => void writer.kill('SIGKILL'))
  let count = 0
  for await (const _ of createInterface(writer.stdout)) if (++count === 25) break
  writer.kill('SIGKILL')
  await once(writer, 'close')
  expect(count).toBe(25)
}

/** How many bytes are flipped, spread evenly over the file; more with LOOPWORK_FLIPS. */
const flips = Number(process.env.LOOPWORK_FLIPS ?? 12)

test('a byte flipped anywhere is found, or changes nothing of what the store holds', async () => {
  const project = await projectWithHistory()
  const healthy = readFileSync(dataOf(project))
  const wake = readFileSync(join(storeIn(project.folder), 'wake'))
  const before = (await project.loopwork('export')).out
  const outcomes = { found: 0, harmless: 0 }
  for (let nth = 0; nth < flips; nth += 1) {
    const at = Math.floor(((nth + 0.37) * healthy.length) / flips)
    const damaged = Buffer.from(healthy)
    damaged[at] = (damaged[at] ?? 0) ^ (1 << (nth % 8))
    writeFileSync(dataOf(project), damaged)
    writeFileSync(join(storeIn(project.folder), 'wake'), wake) // what is written below is forgotten again
    const { code, out } = await project.loopwork('verify', '--json')
    if (code === 0) {
      expect([at, (await project.loopwork('export')).out]).toEqual([at, before])
      await writeSome(storeIn(project.folder))
      const later = await project.loopwork('verify', '--json')
      expect([at, later.code, later.out]).toEqual([at, 0, expect.stringContaining('"whole": true')])
      outcomes.harmless += 1
    } else {
      expect([at, code, out]).toEqual([at, 7, expect.stringMatching(/"whole": false|"code": "corrupt"/)])
      outcomes.found += 1
    }
  }
  console.log(
    `${outcomes.found} of ${flips} flipped bytes were found, ${outcomes.harmless} are of no account`,
  )
  expect(outcomes.found).toBeGreaterThan(0)
}, 600_000)

test('a file cut short at any length is found, unless only what is free was cut off', async () => {
  const project = await projectWithHistory()
  const healthy = readFileSync(dataOf(project))
  const before = (await project.loopwork('export')).out
  for (const length of [0, 100, 4096, 9000, healthy.length / 2, healthy.length - 4096]) {
    writeFileSync(dataOf(project), healthy)
    truncateSync(dataOf(project), Math.floor(length))
    const { code, out } = await project.loopwork('verify', '--json')
    if (code === 0) expect([length, (await project.loopwork('export')).out]).toEqual([length, before])
    else expect([length, code, out]).toEqual([length, 7, expect.stringMatching(/"whole": false|corrupt/)])
    if (length <= healthy.length / 2) expect([length, code]).toEqual([length, 7])
  }
}, 120_000)

test('a store that was copied while it was written is whole, or is found not to be', async () => {
  const project = await projectWithHistory()
  const program = await bundle('test/fixtures/store/busy-writer.ts')
  const writer = spawn(process.execPath, [program, storeIn(project.folder)])
  onTestFinished(() => {
    writer.kill('SIGKILL')
  })
  await once(createInterface(writer.stdout), 'line')
  for (const name of ['one', 'two', 'three']) {
    const copy = join(project.folder, name)
    cpSync(storeIn(project.folder), copy, { recursive: true })
    const { code, out } = await project.loopwork('verify', copy, '--json')
    expect([0, 7]).toContain(code)
    expect(out).toMatch(/"whole": |corrupt/)
  }
}, 120_000)

test('of a store with a hole all else is saved, and restored to one that is whole', async () => {
  const project = await projectWithHistory(2_000)
  const bytes = readFileSync(dataOf(project))
  for (let at = bytes.indexOf('id-3001'); at >= 0; at = bytes.indexOf('id-3001')) {
    const page = at - (at % 4096)
    bytes.fill(0xff, page, page + 4096)
  }
  writeFileSync(dataOf(project), bytes)
  expect((await project.loopwork('verify')).code).toBe(7)

  const { code, out, err } = await project.loopwork('export', '--salvage', 'saved', '--json')
  expect([code, err]).toEqual([0, ''])
  const saved = JSON.parse(out)
  expect(saved.lost).toBeGreaterThan(0)
  expect(saved.lost).toBeLessThan(100)
  expect(saved.found + saved.lost).toBe(6_002)
  expect(project.read('saved/events.jsonl').trim().split('\n')).toHaveLength(saved.found)
  expect(statSync(join(project.folder, 'saved/events.jsonl')).mode & 0o777).toBe(0o600)

  const restored = await project.loopwork('restore', '--force', saved.backup)
  expect([restored.code, restored.out]).toEqual([0, expect.stringMatching(/What was there before is in/)])
  const verified = await project.loopwork('verify', '--json')
  expect(JSON.parse(verified.out)).toMatchObject({ whole: true, events: saved.kept })
  expect(saved.kept).toBeGreaterThan(5_800)
}, 120_000)

/** Runs the program as somebody who may only look, whoever runs the tests. */
async function asReader(folder: string, ...words: readonly string[]) {
  const isRoot = process.getuid?.() === 0
  const child = spawn(process.execPath, [resolve('dist/cli/main.js'), ...words], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder },
    ...(isRoot ? { uid: 65_534, gid: 65_534 } : {}),
  })
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { code, out, err }
}

test.skipIf(process.platform === 'win32')(
  'in a folder that may only be read the words say what to do',
  async () => {
    const project = await projectWithHistory()
    const store = storeIn(project.folder)
    for (const name of readdirSync(store)) chmodSync(join(store, name), 0o444)
    for (const path of [project.folder, join(store, '..'), store]) chmodSync(path, 0o555)
    for (const words of [['verify'], ['status'], ['backup', join(project.folder, 'x')]]) {
      const { code, err } = await asReader(project.folder, ...words)
      expect([words, code, err]).toEqual([
        words,
        6,
        expect.stringMatching(/may not be written[\s\S]*hint: .*permissions/),
      ])
    }
    for (const path of [project.folder, join(store, '..'), store]) chmodSync(path, 0o755)
  },
)

test.skipIf(process.platform !== 'linux')(
  'where the disk is full, a backup is refused and nothing is left',
  async () => {
    const project = await projectWithHistory()
    const limited = spawn(
      'bash',
      [
        '-c',
        `ulimit -f 16; exec "$@"`,
        'bash',
        process.execPath,
        resolve('dist/cli/main.js'),
        'backup',
        'kept.backup',
      ],
      {
        cwd: project.folder,
      },
    )
    const [err, [code]] = await Promise.all([text(limited.stderr), once(limited, 'close')])
    expect([code, err]).toEqual([6, expect.stringMatching(/disk is full[\s\S]*hint: .*space/)])
    expect(readdirSync(project.folder).filter((name) => name.includes('backup'))).toEqual([])
    expect((await project.loopwork('verify')).code).toBe(0)
  },
)
