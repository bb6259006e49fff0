import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Job } from '../../../src/ports/jobs.ts'
import { isGone, never, openWorkshop, pidIn, processes, until, type Workshop } from '../../support/keeper.ts'

let shop: Workshop
beforeAll(async () => {
  shop = await openWorkshop()
})
afterAll(() => shop.close())

/** Starts it from a process of its own, which is killed with its whole group, as a terminal would. */
async function startElsewhere(job: Job) {
  const program = join(shop.folder, 'bin/start-job.mjs')
  const starter = spawn(process.execPath, [program, shop.keeperFile, JSON.stringify(job)], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [answer] = await once(starter.stdout, 'data')
  const killIt = async (): Promise<void> => {
    process.kill(-(starter.pid ?? 0), 'SIGKILL')
    await once(starter, 'exit')
  }
  return { started: JSON.parse(String(answer)), killIt }
}

describe('a job whose starter is killed', () => {
  test('goes on, and is found by the next process with all it printed', async () => {
    const job = shop.job(
      'for i in 1 2 3; do echo $i; done; until [ -e "$HERE/dead" ]; do sleep 0.02; done; seq 4 20000; exit 5',
    )
    const { started, killIt } = await startElsewhere(job)
    expect(started.is).toBe('running')
    await killIt()

    const jobs = shop.jobs()
    expect(await jobs.look(job.key)).toEqual(started)
    expect(await jobs.start(job)).toEqual(started)
    expect(await jobs.revoke(job.key)).toBe(false)
    writeFileSync(join(shop.folder, 'dead'), '')
    expect(await jobs.ended(job.key, never)).toMatchObject({
      is: 'ended',
      exit: { code: 5, endedBy: 'itself', truncated: false },
    })
    const lines = readFileSync(job.stdoutFile, 'utf8').trim().split('\n').map(Number)
    expect(lines).toEqual(Array.from({ length: 20_000 }, (_, index) => index + 1))
    await until(() => isGone(started.supervisor.pid), 'the supervisor is gone, for it has no more work')
  })

  test('keeps its bound on time', async () => {
    const job = shop.job('sleep 300', { timeoutMs: 700, graceMs: 100 })
    const { killIt } = await startElsewhere(job)
    await killIt()
    expect(await shop.jobs().ended(job.key, never)).toMatchObject({
      is: 'ended',
      exit: { endedBy: 'timeout' },
    })
  })
})

describe('a file of a job that holds something else', () => {
  test('is named', async () => {
    const { key } = shop.job('true')
    writeFileSync(`${key}.claim.json`, '{"supervisor": 1}')
    await expect(shop.jobs().look(key)).rejects.toMatchObject({
      code: 'corrupt',
      message: expect.stringContaining(`${key}.claim.json`),
    })
    rmSync(`${key}.claim.json`)
  })
})

describe('a job whose supervisor is killed', () => {
  test('is lost, and what it left behind can be swept away', async () => {
    const jobs = shop.jobs()
    const job = shop.job(
      'setsid sh -c \'echo $$ > "$HERE/orphan"; exec sleep 300\' & echo $$ > "$HERE/program"; exec sleep 300',
    )
    const started = await jobs.start(job)
    if (started.is !== 'running') throw new Error(`it is ${started.is}`)
    const orphans = [await pidIn(join(shop.folder, 'orphan')), await pidIn(join(shop.folder, 'program'))]
    process.kill(started.supervisor.pid, 'SIGKILL')
    expect(await jobs.ended(job.key, never)).toEqual({ is: 'lost', process: started.process })
    expect(orphans.map(isGone)).toEqual([false, false])
    expect(await jobs.sweep(job.key)).toBe(2)
    expect(orphans.map(isGone)).toEqual([true, true])
    expect(await jobs.sweep(job.key)).toBe(0)
    expect((await jobs.start(job)).is).toBe('lost')
  })

  test('is swept away by stopping it', async () => {
    const jobs = shop.jobs()
    const job = shop.job('trap "" TERM; echo $$ > "$HERE/alone"; while :; do sleep 0.1; done')
    const started = await jobs.start(job)
    if (started.is !== 'running') throw new Error(`it is ${started.is}`)
    const orphan = await pidIn(join(shop.folder, 'alone'))
    process.kill(started.supervisor.pid, 'SIGKILL')
    await until(() => isGone(started.supervisor.pid), 'the supervisor is gone')
    await shop.jobs().stop(job.key)
    expect(isGone(orphan)).toBe(true)
  })

  test('does not keep the next job from running', async () => {
    const jobs = shop.jobs()
    const job = shop.job('sleep 300')
    const started = await jobs.start(job)
    if (started.is !== 'running') throw new Error(`it is ${started.is}`)
    process.kill(started.supervisor.pid, 'SIGKILL')
    const next = shop.job('exit 4')
    await jobs.start(next)
    expect(await jobs.ended(next.key, never)).toMatchObject({ is: 'ended', exit: { code: 4 } })
    await jobs.stop(job.key)
  })

  test('while many start runs at most once, however often it is started again', async () => {
    const jobs = shop.jobs()
    const batch = Array.from({ length: 30 }, (_, index) => shop.job(`echo run >> "$HERE/run-${index}"`))
    const starting = batch.map((job) => jobs.start(job))
    const first = await Promise.race(starting)
    if (first.is === 'running') process.kill(first.supervisor.pid, 'SIGKILL')
    await Promise.all(starting)
    for (const job of batch) {
      await jobs.start(job)
      const end = await jobs.ended(job.key, never)
      expect(['ended', 'lost']).toContain(end.is)
      await jobs.stop(job.key)
    }
    const runs = batch.map((_, index) => join(shop.folder, `run-${index}`)).filter(existsSync)
    expect(runs.length).toBeGreaterThan(0)
    for (const file of runs) expect(readFileSync(file, 'utf8')).toBe('run\n')
  })

  test('is not taken for running because its pid has another owner', async () => {
    const { key } = shop.job('true')
    const supervisor = { ...processes.self, start: `${processes.self.start}0` }
    writeFileSync(`${key}.claim.json`, JSON.stringify({ supervisor, marker: 'none-has-this-marker' }))
    writeFileSync(`${key}.process.json`, JSON.stringify(supervisor))
    const jobs = shop.jobs()
    expect(await jobs.look(key)).toEqual({ is: 'lost', process: supervisor })
    expect(await jobs.sweep(key)).toBe(0)
    expect(existsSync(`${key}.exit.json`)).toBe(false)
  })

  test('is lost after the machine was started anew', async () => {
    const { key } = shop.job('true')
    const supervisor = { ...processes.self, boot: 'another boot' }
    writeFileSync(`${key}.claim.json`, JSON.stringify({ supervisor, marker: 'none-has-this-marker' }))
    expect(await shop.jobs().look(key)).toEqual({ is: 'lost', process: null })
  })
})
