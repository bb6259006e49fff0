import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type AnyMachineSnapshot, initialTransition } from 'xstate'
import { openMemoryEventLog } from '../../src/adapters/memory/event-log.ts'
import { createMemoryViewStore } from '../../src/adapters/memory/view-store.ts'
import { asFailure } from '../../src/errors.ts'
import { failureKind } from '../../src/events/shapes.ts'
import { evolve } from '../../src/machines/evolve.ts'
import { machineOf, type Request } from '../../src/machines/subjects.ts'
import type { TaskCommand } from '../../src/machines/task/commands.ts'
import { projections } from '../../src/projections/all.ts'
import { createDispatch } from '../../src/runtime/dispatch.ts'
import { createRecall } from '../../src/runtime/recall.ts'
import { openView } from '../../src/runtime/views.ts'
import { countingIds, now } from '../support/examples.ts'
import { twoTries } from '../support/given.ts'
import { claim, remains, reportSuccess } from '../support/task-facts.ts'

const streams = ['task/b/1', 'task/b/2'] as const
const attempt = fc.integer({ min: 1, max: 4 })
const definition = { title: 'T', priority: 'low', feature: null, parent: null, dependsOn: [] } as const
const usage = fc.option(
  fc.record({
    models: fc.dictionary(
      fc.constantFrom('opus', 'sonnet'),
      fc.record({
        input: fc.nat(1000),
        output: fc.nat(1000),
        cacheRead: fc.nat(1000),
        cacheWrite: fc.nat(1000),
        reasoning: fc.nat(10),
      }),
    ),
    costUsd: fc.option(fc.integer({ min: 0, max: 500 }).map((cents) => cents / 100)),
    costSource: fc.constantFrom('cli', 'estimate', 'unknown'),
  }),
)
const word = (type: 'complete' | 'fail' | 'cancel' | 'skip' | 'reset' | 'remove') =>
  fc.constant({ type, reason: 'r' })

const anyCommand = fc.oneof(
  fc.constant({ type: 'queue', ...definition, dependsOn: [], told: 'pending' }),
  fc.constant({ type: 'import', ...definition, dependsOn: [], told: 'failed', status: 'failed' }),
  fc.constant({ type: 'revise', ...definition, dependsOn: ['2'] }),
  fc.constant({ type: 'block', waitsFor: ['2'], missing: [], cyclic: [] }),
  fc.constant({ type: 'unblock' }),
  fc.constant(claim),
  attempt.map((nth) => ({ type: 'reportStarted', attempt: nth, supervisor: null, process: null })),
  fc.tuple(attempt, usage).map(([nth, used]) => ({
    type: 'reportProgress',
    attempt: nth,
    usage: used,
    agentSession: null,
  })),
  fc.tuple(attempt, fc.boolean()).map(([nth, isChecked]) => reportSuccess(nth, isChecked ? ['true'] : null)),
  fc.tuple(attempt, usage, fc.constantFrom(...failureKind.options)).map(([nth, used, kind]) => ({
    type: 'reportFailure',
    remains: { ...remains(nth), usage: used },
    kind,
    reason: 'r',
    resetsAt: null,
  })),
  fc.tuple(attempt, fc.boolean()).map(([nth, isGood]) => ({
    type: 'reportVerification',
    attempt: nth,
    durationMs: 1,
    exit: null,
    failure: isGood ? null : { kind: 'verification', reason: 'red' },
  })),
  attempt.map((nth) => ({ type: 'abandon', remains: remains(nth), reason: 'r' })),
  fc.constantFrom('pending', 'failed').map((status) => ({ type: 'tellBacklog', status })),
  word('complete'),
  word('fail'),
  word('cancel'),
  word('skip'),
  word('reset'),
  word('remove'),
) as fc.Arbitrary<TaskCommand>

const anyRequest: fc.Arbitrary<Request> = fc.record({
  stream: fc.constantFrom(...streams),
  command: anyCommand,
})

async function played(requests: readonly Request[]) {
  const log = openMemoryEventLog({ clock: { now: () => now }, newId: countingIds() })
  const dispatch = createDispatch({
    log,
    recall: createRecall(log),
    clock: { now: () => now, until: async () => undefined },
    chance: () => 0,
    retry: twoTries,
    newId: countingIds(),
    writer: { by: 'cli', session: 's-1' },
  })
  for (const request of requests) {
    try {
      await dispatch([request])
    } catch (refusal) {
      expect(asFailure(refusal).code).toBe('rejected')
    }
  }
  return log
}

test('no sequence of commands writes a history that cannot be folded', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyRequest, { maxLength: 40 }), async (requests) => {
      const recall = createRecall(await played(requests))
      for (const stream of streams) await recall(stream)
    }),
    { numRuns: 300 },
  )
})

test('folding from a snapshot comes to the same state as folding from the start', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyRequest, { maxLength: 40 }), fc.nat(40), async (requests, cut) => {
      const log = await played(requests)
      for (const stream of streams) {
        const machine = machineOf(stream)
        const facts = []
        for await (const fact of log.readStream(stream)) facts.push(fact)
        let whole = initialTransition(machine, { subject: stream })[0] as AnyMachineSnapshot
        let resumed = whole
        facts.forEach((fact, nth) => {
          whole = evolve(machine, whole, fact.event)
          resumed = evolve(machine, resumed, fact.event)
          if (nth === cut) {
            const persisted = JSON.parse(JSON.stringify(machine.getPersistedSnapshot(resumed)))
            resumed = machine.resolveState({ value: persisted.value, context: persisted.context })
          }
        })
        expect(resumed.value).toEqual(whole.value)
        expect(resumed.context).toEqual(whole.context)
      }
    }),
    { numRuns: 150 },
  )
})

test('a view that was kept halfway is the same as one that is folded from the start', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyRequest, { maxLength: 40 }),
      fc.array(fc.nat(60), { maxLength: 3 }),
      async (requests, cuts) => {
        const log = await played(requests)
        for (const projection of projections) {
          const store = createMemoryViewStore()
          for (const cut of [...cuts].sort((a, b) => a - b)) {
            const upTo = {
              readAfter: (after: number) => log.readAfter(after, { limit: Math.max(0, cut - after) }),
            }
            const part = await openView(projection, { log: upTo, store })
            await part.catchUp()
            await part.save()
          }
          const continued = await openView(projection, { log, store })
          await continued.catchUp()
          const fresh = await openView(projection, { log, store: createMemoryViewStore() })
          await fresh.catchUp()
          expect([projection.name, await continued.rows('')]).toEqual([projection.name, await fresh.rows('')])
        }
      },
    ),
    { numRuns: 100 },
  )
})

test('the board says of every task what its chart says', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyRequest, { maxLength: 40 }), async (requests) => {
      const log = await played(requests)
      const [board] = projections
      const view = await openView(board as never, { log, store: createMemoryViewStore() })
      await view.catchUp()
      const recall = createRecall(log)
      for (const stream of streams) {
        const { state } = await recall(stream)
        const row = await view.row<{ state: string; open: { attempt: number } | null; told: string }>(stream)
        if (!row) expect(state.value).toBe('absent')
        else {
          expect([stream, row.state]).toEqual([stream, state.value])
          expect(row.open?.attempt).toBe(state.context.open?.attempt)
          expect(row.told).toBe(state.context.told)
        }
      }
    }),
    { numRuns: 300 },
  )
})
