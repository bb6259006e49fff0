import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { JobExit, JobState } from '../../../src/ports/jobs.ts'
import { isGone, never, openWorkshop, pidIn, until, type Workshop } from '../../support/keeper.ts'

let shop: Workshop
beforeAll(async () => {
  shop = await openWorkshop()
})
afterAll(() => shop.close())

const exitOf = (state: JobState): JobExit => {
  if (state.is !== 'ended') throw new Error(`it is ${state.is}`)
  return state.exit
}

describe('a job', () => {
  test('leaves what it printed and how it ended in its files', async () => {
    const jobs = shop.jobs()
    const job = shop.job('echo out; echo err >&2; exit 3')
    const started = await jobs.start(job)
    expect(started.is).toBe('running')
    const exit = exitOf(await jobs.ended(job.key, never))
    expect(exit).toMatchObject({ code: 3, signal: null, endedBy: 'itself', truncated: false })
    expect(exit).toMatchObject({ stdoutBytes: 4, stderrBytes: 4 })
    expect(readFileSync(job.stdoutFile, 'utf8')).toBe('out\n')
    expect(readFileSync(job.stderrFile, 'utf8')).toBe('err\n')
    expect(await shop.jobs().look(job.key)).toEqual({ is: 'ended', exit })
    for (const file of [job.stdoutFile, `${job.key}.claim.json`, `${job.key}.exit.json`]) {
      expect(statSync(file).mode & 0o777).toBe(0o600)
    }
  })

  test('is given its input, then end of file', async () => {
    const jobs = shop.jobs()
    const stdinFile = join(shop.folder, 'prompt')
    const prompt = 'line\n'.repeat(100_000)
    writeFileSync(stdinFile, prompt)
    const job = shop.job('cat', { stdinFile })
    await jobs.start(job)
    expect(exitOf(await jobs.ended(job.key, never)).code).toBe(0)
    expect(readFileSync(job.stdoutFile, 'utf8')).toBe(prompt)
  })

  test('may leave its input unread', async () => {
    const jobs = shop.jobs()
    const stdinFile = join(shop.folder, 'long prompt')
    writeFileSync(stdinFile, 'x'.repeat(5_000_000))
    const job = shop.job('echo done', { stdinFile })
    await jobs.start(job)
    expect(exitOf(await jobs.ended(job.key, never))).toMatchObject({ code: 0, endedBy: 'itself' })
  })

  test('without input sees end of file at once', async () => {
    const jobs = shop.jobs()
    const job = shop.job('cat; echo over')
    await jobs.start(job)
    await jobs.ended(job.key, never)
    expect(readFileSync(job.stdoutFile, 'utf8')).toBe('over\n')
  })

  test('may have one file for both outputs, in the order of arrival', async () => {
    const jobs = shop.jobs()
    const both = join(shop.folder, 'both')
    const job = shop.job('for i in 1 2 3; do echo o$i; sleep 0.05; echo e$i >&2; sleep 0.05; done', {
      stdoutFile: both,
      stderrFile: both,
    })
    await jobs.start(job)
    const exit = exitOf(await jobs.ended(job.key, never))
    expect(readFileSync(both, 'utf8')).toBe('o1\ne1\no2\ne2\no3\ne3\n')
    expect(exit.stdoutBytes + exit.stderrBytes).toBe(18)
  })

  test('has the environment it is given and nothing else but the marker', async () => {
    const jobs = shop.jobs()
    const job = shop.job('', { file: '/usr/bin/env', args: [], env: { ONLY: 'this' } })
    await jobs.start(job)
    await jobs.ended(job.key, never)
    const lines = readFileSync(job.stdoutFile, 'utf8').trim().split('\n').sort()
    expect(lines).toEqual([expect.stringMatching(/^LOOPWORK_JOB=.+/), 'ONLY=this'])
  })

  test('runs once, however often and from wherever it is started', async () => {
    const [one, other] = [shop.jobs(), shop.jobs()]
    const job = shop.job('echo run >> "$HERE/runs"; sleep 0.2')
    const states = await Promise.all(
      Array.from({ length: 10 }, (_, index) => (index % 2 ? one : other).start(job)),
    )
    for (const state of states) expect(['running', 'ended']).toContain(state.is)
    const [mine, theirs] = await Promise.all([one.ended(job.key, never), other.ended(job.key, never)])
    expect(mine).toEqual(theirs)
    expect((await one.start(job)).is).toBe('ended')
    expect(readFileSync(join(shop.folder, 'runs'), 'utf8')).toBe('run\n')
  })

  test('that nobody started is absent', async () => {
    const jobs = shop.jobs()
    const { key } = shop.job('true')
    expect(await jobs.look(key)).toEqual({ is: 'absent' })
    await jobs.stop(key)
  })

  test('leaves nothing running, even if the program ends well', async () => {
    const jobs = shop.jobs()
    const job = shop.job('setsid sh -c \'echo $$ > "$HERE/daemon"; exec sleep 300\' & sleep 0.2')
    await jobs.start(job)
    const daemon = await pidIn(join(shop.folder, 'daemon'))
    const exit = exitOf(await jobs.ended(job.key, never))
    expect(exit).toMatchObject({ code: 0, endedBy: 'itself' })
    expect(isGone(daemon)).toBe(true)
  })

  test('goes on when nobody waits for its end any more', async () => {
    const jobs = shop.jobs()
    const job = shop.job('until [ -e "$HERE/go" ]; do sleep 0.02; done; echo went')
    await jobs.start(job)
    const impatience = new AbortController()
    const waiting = jobs.ended(job.key, impatience.signal)
    impatience.abort(new Error('tired of waiting'))
    await expect(waiting).rejects.toThrow('tired of waiting')
    expect((await jobs.look(job.key)).is).toBe('running')
    writeFileSync(join(shop.folder, 'go'), '')
    await jobs.ended(job.key, never)
    expect(readFileSync(job.stdoutFile, 'utf8')).toBe('went\n')
  })
})

describe('a job that cannot be started', () => {
  test.each([
    ['no such program', { file: 'no-such-program-here' }, /no-such-program-here.*no such program/],
    ['a folder for a program', { file: '/etc' }, /\/etc could.*may not be executed/],
    ['no such folder', { cwd: '/no/such/folder' }, /folder to work in does not exist: \/no\/such\/folder/],
    ['no such input', { stdinFile: '/no/such/prompt' }, /standard input cannot be read.*\/no\/such\/prompt/],
    ['a too long argument', { args: ['x'.repeat(200_000)] }, /too long/],
  ])('says so: %s', async (_, changes, problem) => {
    const jobs = shop.jobs()
    const job = shop.job('true', changes)
    const exit = exitOf(await jobs.start(job))
    expect(exit).toMatchObject({ endedBy: 'launch', code: null, signal: null })
    expect(exit.problem).toMatch(problem)
    expect(await jobs.look(job.key)).toEqual({ is: 'ended', exit })
  })

  test('says so: a folder for its input', async () => {
    const jobs = shop.jobs()
    const job = shop.job('sleep 300', { stdinFile: shop.folder })
    await jobs.start(job)
    const exit = exitOf(await jobs.ended(job.key, never))
    expect(exit).toMatchObject({
      endedBy: 'launch',
      problem: expect.stringMatching(/standard input.*EISDIR/),
    })
  })

  test('for want of a supervisor is a failure with a name, and may be started later', async () => {
    const { createJobs } = await import('../../../src/adapters/supervisor/jobs.ts')
    const { processes } = await import('../../support/keeper.ts')
    const { systemClock } = await import('../../../src/adapters/system/clock.ts')
    const broken = createJobs({
      keeperFile: join(shop.folder, 'none.mjs'),
      processes,
      clock: systemClock,
      newId: () => 'id',
    })
    const job = shop.job('true')
    await expect(broken.start(job)).rejects.toMatchObject({ code: 'unavailable' })
    const jobs = shop.jobs()
    await jobs.start(job)
    expect(exitOf(await jobs.ended(job.key, never)).code).toBe(0)
  })
})

describe('a job that prints too much', () => {
  test('is ended, and its files hold no more than is allowed', async () => {
    const jobs = shop.jobs()
    const job = shop.job('yes', { maxOutputBytes: 100_000 })
    await jobs.start(job)
    const exit = exitOf(await jobs.ended(job.key, never))
    expect(exit).toMatchObject({ endedBy: 'output', truncated: true, stdoutBytes: 100_000 })
    expect(statSync(job.stdoutFile).size).toBe(100_000)
  })

  test('for the disk is ended, and says what the disk said', async () => {
    const jobs = shop.jobs()
    const job = shop.job('yes', { stdoutFile: '/dev/full' })
    await jobs.start(job)
    const exit = exitOf(await jobs.ended(job.key, never))
    expect(exit).toMatchObject({ endedBy: 'output', truncated: true })
    expect(exit.problem).toMatch(/could not be written.*ENOSPC/)
  })

  test('does not make its supervisor grow', async () => {
    const jobs = shop.jobs()
    const job = shop.job('head -c 300000000 /dev/zero >&2; touch "$HERE/printed"; sleep 300')
    const started = await jobs.start(job)
    if (started.is !== 'running') throw new Error(`it is ${started.is}`)
    await until(() => statSync(job.stderrFile).size === 300_000_000, 'all of it is written')
    const status = readFileSync(`/proc/${started.supervisor.pid}/status`, 'utf8')
    expect(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1])).toBeLessThan(150_000) // kB, at its highest
    await jobs.stop(job.key)
  })
})

describe('revoking', () => {
  test('keeps a job from ever running', async () => {
    const jobs = shop.jobs()
    const job = shop.job('true')
    expect(await jobs.revoke(job.key)).toBe(true)
    expect(await shop.jobs().revoke(job.key)).toBe(true)
    await expect(jobs.start(job)).rejects.toMatchObject({ code: 'rejected' })
    expect(await jobs.look(job.key)).toEqual({ is: 'absent' })
  })

  test('comes too late for a job that was taken', async () => {
    const jobs = shop.jobs()
    const job = shop.job('true')
    await jobs.start(job)
    expect(await jobs.revoke(job.key)).toBe(false)
  })

  test('or starting wins, never both and never neither', async () => {
    const [one, other] = [shop.jobs(), shop.jobs()]
    await one.start(shop.job('true')) // its supervisor is up, so that the race is close
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        const job = shop.job('echo ran')
        const start = () =>
          one.start(job).then(
            () => true,
            () => false,
          )
        const revoke = () => other.revoke(job.key)
        const asked = index % 2 ? [start(), revoke()] : [revoke(), start()].reverse()
        const [isStarted, isRevoked] = await Promise.all(asked)
        return { isStarted, isRevoked }
      }),
    )
    for (const { isStarted, isRevoked } of outcomes) expect(isStarted).toBe(!isRevoked)
  })
})
