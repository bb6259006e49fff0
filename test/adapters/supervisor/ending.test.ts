import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isGone, never, openWorkshop, pidIn, until, type Workshop } from '../../support/keeper.ts'

let shop: Workshop
beforeAll(async () => {
  shop = await openWorkshop()
})
afterAll(() => shop.close())

/** Ignores what asks politely, and has a child in a session of its own that does so too. */
const stubborn = (name: string) =>
  `trap '' TERM; setsid sh -c 'trap "" TERM; echo $$ > "$HERE/${name}"; while :; do sleep 0.1; done' & while :; do sleep 0.1; done`

describe('the time of a job', () => {
  test('is bound, for what left its session too', async () => {
    const jobs = shop.jobs()
    const job = shop.job(stubborn('timed'), { timeoutMs: 600, graceMs: 100 })
    await jobs.start(job)
    const grandchild = await pidIn(join(shop.folder, 'timed'))
    const end = await jobs.ended(job.key, never)
    expect(end).toMatchObject({ is: 'ended', exit: { endedBy: 'timeout', code: null, signal: 'SIGKILL' } })
    expect(isGone(grandchild)).toBe(true)
  })
})

describe('stopping a job', () => {
  test('lets the program end what it does', async () => {
    const jobs = shop.jobs()
    const job = shop.job('trap "echo bye; exit 7" TERM; echo up; while :; do sleep 0.02; done')
    await jobs.start(job)
    await until(
      () => existsSync(job.stdoutFile) && readFileSync(job.stdoutFile, 'utf8') === 'up\n',
      'it is up',
    )
    await jobs.stop(job.key)
    expect(await jobs.look(job.key)).toMatchObject({ is: 'ended', exit: { endedBy: 'stopped', code: 7 } })
    expect(readFileSync(job.stdoutFile, 'utf8')).toBe('up\nbye\n')
  })

  test('kills what does not end by itself', async () => {
    const jobs = shop.jobs()
    const job = shop.job(stubborn('stopped'), { graceMs: 100 })
    await jobs.start(job)
    const grandchild = await pidIn(join(shop.folder, 'stopped'))
    await jobs.stop(job.key)
    expect(isGone(grandchild)).toBe(true)
    expect(await jobs.look(job.key)).toMatchObject({ is: 'ended', exit: { endedBy: 'stopped' } })
  })

  test('is possible from another process, and leaves the other jobs alone', async () => {
    const jobs = shop.jobs()
    const [job, neighbour] = [shop.job('sleep 300'), shop.job('sleep 300')]
    await jobs.start(job)
    await jobs.start(neighbour)
    await shop.jobs().stop(job.key)
    expect(await jobs.look(job.key)).toMatchObject({ is: 'ended', exit: { endedBy: 'stopped' } })
    expect((await jobs.look(neighbour.key)).is).toBe('running')
    await jobs.stop(neighbour.key)
  })

  test('is possible after its supervisor was let go of', async () => {
    const jobs = shop.jobs()
    const job = shop.job('sleep 300')
    await jobs.start(job)
    await jobs.close()
    await jobs.stop(job.key)
    expect(await jobs.look(job.key)).toMatchObject({ is: 'ended', exit: { endedBy: 'stopped' } })
  })

  test('that is starting ends it as well', async () => {
    const jobs = shop.jobs()
    const job = shop.job('sleep 300')
    const starting = jobs.start(job)
    await jobs.stop(job.key)
    await starting
    expect(await jobs.look(job.key)).toMatchObject({ is: 'ended', exit: { endedBy: 'stopped' } })
  })
})

describe('a supervisor that is asked to end', () => {
  test('ends its jobs first', async () => {
    const jobs = shop.jobs()
    const job = shop.job(stubborn('left'), { graceMs: 100 })
    const started = await jobs.start(job)
    if (started.is !== 'running') throw new Error(`it is ${started.is}`)
    const grandchild = await pidIn(join(shop.folder, 'left'))
    process.kill(started.supervisor.pid, 'SIGTERM')
    expect(await jobs.ended(job.key, never)).toMatchObject({ is: 'ended', exit: { endedBy: 'stopped' } })
    expect(isGone(grandchild)).toBe(true)
    await until(() => isGone(started.supervisor.pid), 'the supervisor is gone')
    const next = shop.job('true')
    await jobs.start(next)
    expect(await jobs.ended(next.key, never)).toMatchObject({ is: 'ended', exit: { code: 0 } })
  })

  test('by letting go of it finishes what runs', async () => {
    const jobs = shop.jobs()
    const job = shop.job('sleep 0.3; echo whole')
    const started = await jobs.start(job)
    if (started.is !== 'running') throw new Error(`it is ${started.is}`)
    await jobs.close()
    expect(await jobs.ended(job.key, never)).toMatchObject({
      is: 'ended',
      exit: { code: 0, endedBy: 'itself' },
    })
    expect(readFileSync(job.stdoutFile, 'utf8')).toBe('whole\n')
    await until(() => isGone(started.supervisor.pid), 'the supervisor is gone')
  })
})
