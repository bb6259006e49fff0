import { type LoopworkPlugin, ofType } from 'loopwork'

/** Pauses the loop after so many failures, and tells of each by a channel that a crash cannot silence. */
export function pauseOnFailure(limit: number, tell: (text: string) => Promise<void>): LoopworkPlugin {
  return {
    name: 'pause-on-failure',
    setup({ events$, durable, ask, describe }) {
      let failures = 0
      events$.pipe(ofType('task.failed')).subscribe(async ({ event }) => {
        failures += 1
        if (failures === limit)
          await ask({ type: 'pause', reason: `${limit} tasks failed: ${event.data.reason}` })
      })
      durable(['task.failed'], async (fact) => {
        const happening = await describe(fact)
        if (happening?.kind === 'taskFailed') await tell(`${happening.task.title}: ${happening.reason}`)
      })
    },
  }
}
