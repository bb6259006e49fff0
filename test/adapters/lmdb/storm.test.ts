import { expect, test } from 'vitest'
import { bundle } from '../../support/bundle.ts'
import { type Acknowledged, startWorker, storePath, verify } from '../../support/store-storm.ts'
import { tempFolder } from '../../support/temp.ts'

/** Small by default; the numbers of `npm run test:store` come in through the environment. */
const opens = Number(process.env.LOOPWORK_STORM_OPENS ?? 600)
const kills = Number(process.env.LOOPWORK_STORM_KILLS ?? 12)
const long = 600_000

const program = await bundle('test/fixtures/store/worker.ts')

test(`nothing is lost while three processes open and close the store ${opens} times`, {
  timeout: long,
}, async () => {
  const path = storePath(tempFolder())
  const acknowledged: Acknowledged = new Map()
  const problems: string[] = []
  const writer = startWorker(program, ['append', path, 'writer', '100000000'], acknowledged, problems)
  const openers = [1, 2, 3].map(() =>
    startWorker(program, ['open', path, String(Math.ceil(opens / 3))], acknowledged, problems),
  )
  await Promise.all(openers.map(({ ended }) => ended))
  writer.child.kill('SIGKILL')
  await writer.ended

  const { events, lost } = await verify(path, acknowledged)
  console.log(`${opens} opens during ${acknowledged.size} acknowledged of ${events} events: ${lost} lost`)
  expect({ problems, lost }).toEqual({ problems: [], lost: 0 })
  expect(acknowledged.size).toBeGreaterThan(50)
})

test(`nothing is lost of four appending processes that are killed ${kills} times`, {
  timeout: long,
}, async () => {
  const path = storePath(tempFolder())
  const acknowledged: Acknowledged = new Map()
  const problems: string[] = []
  const start = (nth: number) =>
    startWorker(program, ['append', path, `w${nth}`, '100000000'], acknowledged, problems)
  const workers = [0, 1, 2, 3].map(start)

  for (let nth = 0; nth < kills; nth += 1) {
    const slot = nth % workers.length
    const goal = acknowledged.size + 40 + ((nth * 37) % 200)
    while (acknowledged.size < goal && problems.length === 0)
      await new Promise((resolve) => setImmediate(resolve))
    const victim = workers[slot]
    victim?.child.kill('SIGKILL')
    await victim?.ended
    workers[slot] = start(slot)
  }
  for (const { child } of workers) child.kill('SIGKILL')
  await Promise.all(workers.map(({ ended }) => ended))

  const { events, lost } = await verify(path, acknowledged)
  console.log(`${kills} kills during ${acknowledged.size} acknowledged of ${events} events: ${lost} lost`)
  expect({ problems, lost }).toEqual({ problems: [], lost: 0 })
  expect(acknowledged.size).toBeGreaterThan(100)
})
