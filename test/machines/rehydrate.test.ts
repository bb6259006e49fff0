import { expect, test } from 'vitest'
import { createActor, fromPromise, initialTransition } from 'xstate'
import { evolve } from '../../src/machines/evolve.ts'
import { taskMachine } from '../../src/machines/task/machine.ts'
import { claimed, queued, started } from '../support/task-facts.ts'

test('a folded life starts no work; waking it does; moving on aborts it', () => {
  const runs: { input: unknown; signal: AbortSignal }[] = []
  const machine = taskMachine.provide({
    actors: {
      followAttempt: fromPromise(({ input, signal }) => new Promise(() => runs.push({ input, signal }))),
    },
  })

  let life = initialTransition(machine, { subject: 'task/b/1' })[0]
  for (const fact of [queued, claimed(1), started(1)]) life = evolve(machine, life, fact)
  expect(runs).toEqual([])

  const actor = createActor(machine, {
    input: { subject: 'task/b/1' },
    snapshot: machine.getPersistedSnapshot(life),
  }).start()
  expect(runs[0]?.input).toMatchObject({ task: 'task/b/1', attempt: { attempt: 1, agent: 'claude' } })

  actor.send({ type: 'task.cancelled', data: { reason: 'by hand' } })
  expect(runs[0]?.signal.aborted).toBe(true)
})
