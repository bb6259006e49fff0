import { availableParallelism } from 'node:os'
import { describe, expect, test } from 'vitest'
import { bundle } from '../support/bundle.ts'
import { type CrashProject, makeCrashProject, type Outcome } from '../support/crash-project.ts'
import { tempFolder } from '../support/temp.ts'

/**
 * Kills the program with -9 and resumes it, over and over. In the short form it is killed after every second
 * append of each life and at a few random instants; `npm run test:crash` kills it before and after every
 * append of a run, and at 200 random instants.
 */
const isLong = process.env.LOOPWORK_CRASH === 'long'
const tasks = isLong ? 20 : 8
const randomKills = isLong ? 200 : 6
const seed = Number(process.env.LOOPWORK_CRASH_SEED ?? 20_261_124)
const patience = 3_600_000

const program = await bundle('test/fixtures/crash/loopwork.ts')
const project = (folder: string) => makeCrashProject(folder, program, tasks)
/** Twenty tasks, four at once. */
const wide = (folder: string) => makeCrashProject(folder, program, 20, { parallel: 4 })

async function unbroken(make = project): Promise<{ outcome: Outcome; appends: number }> {
  const one = make(tempFolder())
  const end = await one.live('start', { breakAt: 'never:0' })
  expect(end.code).toBe(0)
  expect(end.errors.replace(/^warning: 4 agents may work in this folder at once.*\n/, '')).toBe('')
  expect(await one.problems()).toEqual([])
  return { outcome: await one.outcome(), appends: one.appends() }
}

describe('a run that is killed with -9', () => {
  test('comes to the same end as one that is not, wherever it is killed', { timeout: patience }, async () => {
    const { outcome, appends } = await unbroken()
    expect(outcome.tasks.filter(({ state }) => state === 'completed')).toHaveLength(tasks)
    const points = isLong
      ? Array.from({ length: appends }, (_, nth) => [`before:${nth + 1}`, `after:${nth + 1}`]).flat()
      : ['before:3', 'after:3', 'before:9', 'after:10']
    let kills = 0
    await eachOf(points, async (breakAt) => {
      const one = project(tempFolder())
      const { signal } = await one.live('start', { breakAt })
      if (signal === 'SIGKILL') kills += 1
      await one.finish()
      expect({ breakAt, problems: await one.problems() }).toEqual({ breakAt, problems: [] })
      expect({ breakAt, outcome: await one.outcome() }).toEqual({ breakAt, outcome })
    })
    console.log(
      `${kills} kills at ${points.length} event boundaries of a run of ${tasks} tasks and ${appends} appends`,
    )
    expect(kills).toBeGreaterThan(points.length / 2)
  })

  test('loses nothing of what four workers have in hand', { timeout: patience }, async () => {
    const { outcome, appends } = await unbroken(wide)
    expect(outcome.tasks.filter(({ state }) => state === 'completed')).toHaveLength(20)
    const points = isLong
      ? Array.from({ length: appends }, (_, nth) => [`before:${nth + 1}`, `after:${nth + 1}`]).flat()
      : ['after:6', 'before:12', 'before:25', 'after:40']
    const widths: number[] = []
    await eachOf(points, async (breakAt) => {
      const one = wide(tempFolder())
      await one.live('start', { breakAt })
      await one.live('resume', { breakAt })
      await one.finish()
      widths.push(await one.mostAtOnce())
      expect({ breakAt, problems: await one.problems() }).toEqual({ breakAt, problems: [] })
      expect({ breakAt, outcome: await one.outcome() }).toEqual({ breakAt, outcome })
    })
    expect(Math.max(...widths)).toBe(4)
  })

  test('gets on even if every life is killed after its third append', { timeout: patience }, async () => {
    const { outcome } = await unbroken()
    const one = project(tempFolder())
    await one.live('start', { breakAt: 'after:3' })
    const lives = await one.finish({ breakAt: 'after:3' })
    expect(await one.problems()).toEqual([])
    expect(await one.outcome()).toEqual(outcome)
    console.log(`${lives} lives of at most three appends each`)
    expect(lives).toBeGreaterThan(tasks)
  })

  test(`comes to the same end when killed at ${randomKills} random instants`, {
    timeout: patience,
  }, async () => {
    const { outcome } = await unbroken()
    const chance = randomOf(seed)
    let kills = 0
    for (let runs = 0; kills < randomKills; runs += 1) {
      const one = project(tempFolder())
      kills += await killAtRandom(one, randomKills - kills, chance)
      await one.finish()
      expect({ seed, runs, problems: await one.problems() }).toEqual({ seed, runs, problems: [] })
      expect({ seed, runs, outcome: await one.outcome() }).toEqual({ seed, runs, outcome })
    }
    console.log(`${kills} kills at random instants, seed ${seed}`)
  })
})

/** Kills life after life until one ends by itself or there were enough; gives the number of kills. */
async function killAtRandom(one: CrashProject, most: number, chance: () => number): Promise<number> {
  for (let kills = 0; kills < most; kills += 1) {
    const killAfterMs = Math.round(120 + chance() * 700)
    const { signal } = await one.live(kills === 0 ? 'start' : 'resume', { killAfterMs })
    if (signal !== 'SIGKILL') return kills
  }
  return most
}

async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items]
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, worker))
}

/** Numbers from 0 to 1 that are the same for the same seed: mulberry32, in the public domain. */
function randomOf(start: number): () => number {
  let state = start
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
