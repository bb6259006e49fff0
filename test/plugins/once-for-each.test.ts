import { expect, test } from 'vitest'
import type { Fact } from '../../src/events/catalogue.ts'
import { onceForEach } from '../../src/plugins/once-for-each.ts'

const fact = (id: number) => ({ id: `e${id}` }) as Fact

test('however many want to know of a fact, it is asked about once', async () => {
  const asked: string[] = []
  const ask = onceForEach(async ({ id }) => {
    asked.push(id)
    return `all of ${id}`
  })
  const answers = await Promise.all([ask(fact(1)), ask(fact(1)), ask(fact(2))])
  expect(answers).toEqual(['all of e1', 'all of e1', 'all of e2'])
  expect(asked).toEqual(['e1', 'e2'])
})

test('what failed is asked again', async () => {
  let times = 0
  const ask = onceForEach(async () => {
    times += 1
    if (times === 1) throw new Error('not yet')
    return times
  })
  await expect(ask(fact(1))).rejects.toThrow('not yet')
  expect(await ask(fact(1))).toBe(2)
})

test('of a long history only the newest answers are kept', async () => {
  let times = 0
  const ask = onceForEach(async () => {
    times += 1
  })
  for (let id = 0; id < 100; id += 1) await ask(fact(id))
  await ask(fact(99))
  expect(times).toBe(100)
  await ask(fact(0))
  expect(times).toBe(101)
})
