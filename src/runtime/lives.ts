import { type AnyActor, type AnyStateMachine, createActor } from 'xstate'
import type { Fact } from '../events/catalogue.ts'
import type { StreamId } from '../events/event.ts'
import { machineOf } from '../machines/subjects.ts'
import type { Recall } from './recall.ts'

type Life = { readonly actor: AnyActor; version: number }

export type Lives = {
  /** Makes one subject live on from where its history stands, if it is one of ours and has work to do. */
  wake(stream: StreamId): Promise<void>
  /** Takes what happened: moves those who live on, and wakes whom it gives work. */
  hear(batch: readonly Fact[]): Promise<void>
  /** Lets go of everything. Work is aborted by its signal. */
  sleep(): void
  readonly size: number
}

/**
 * Everything that is alive in this process. Waking an actor starts the work that its state calls for; a fact
 * that moves it on aborts that work. Subjects without work are not kept.
 */
export function createLives(house: {
  readonly recall: Recall
  /** The chart with its work in place. */
  provide(machine: AnyStateMachine): AnyStateMachine
  /** Whether a subject in this state is ours to live. */
  isOurs(stream: StreamId, context: unknown): boolean
  /** Told of whatever goes wrong inside an actor. */
  report(stream: StreamId, error: unknown): void
}): Lives {
  const lives = new Map<StreamId, Life>()
  const waking = new Map<StreamId, Promise<void>>()
  let isAsleep = false

  /** Once at a time: two actors of one subject would do its work twice. */
  const wake = (stream: StreamId): Promise<void> => {
    const going = waking.get(stream) ?? wakeUp(stream).finally(() => waking.delete(stream))
    waking.set(stream, going)
    return going
  }

  const wakeUp = async (stream: StreamId): Promise<void> => {
    if (lives.has(stream)) return
    const { state, version } = await house.recall(stream)
    if (isAsleep || !hasWork(state) || !house.isOurs(stream, state.context)) return
    const machine = house.provide(machineOf(stream))
    const actor = createActor(machine, { id: stream, snapshot: machine.getPersistedSnapshot(state) })
    actor.subscribe({ error: (error) => house.report(stream, error) })
    lives.set(stream, { actor, version })
    actor.start()
  }

  const move = (life: Life, { stream, version, event }: Fact): void => {
    if (version <= life.version) return // heard already, while waking
    life.version = version
    life.actor.send(event)
    if (hasWork(life.actor.getSnapshot())) return
    life.actor.stop()
    lives.delete(stream)
  }

  return {
    wake,
    hear: async (batch) => {
      for (const fact of batch) {
        await waking.get(fact.stream)
        const life = lives.get(fact.stream)
        if (life) move(life, fact)
        else if (wakers.has(fact.event.type)) await wake(fact.stream)
      }
    },
    sleep: () => {
      isAsleep = true
      for (const { actor } of lives.values()) actor.stop()
      lives.clear()
    },
    get size() {
      return lives.size
    },
  }
}

/** The events after which a subject that was asleep may have work. */
const wakers = new Set(['task.claimed', 'loop.started', 'loop.continued'])

function hasWork(state: { hasTag(tag: string): boolean }): boolean {
  return state.hasTag('busy') || state.hasTag('alive')
}
