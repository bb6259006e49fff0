import * as z from 'zod'
import { asFailure } from '../../errors.ts'
import { statusOf } from '../../machines/reconcile.ts'
import type { Office } from '../office.ts'
import { reads, type Tool, tool } from '../tool.ts'

/** The tool that says whether the backlog can be used. */
export function health(office: Office): readonly Tool[] {
  return [
    tool({
      name: 'loopwork_backend_status',
      title: 'Check the backlog',
      description:
        'Says whether the backlog can be read, how long that takes and how many tasks are pending. Use it first when another tool fails.',
      annotations: reads,
      input: z.strictObject({}),
      output: z.object({
        backend: z.string(),
        healthy: z.boolean(),
        latencyMs: z.number(),
        pendingTasks: z.number(),
        error: z.string().nullable(),
      }),
      run: async () => {
        const begun = performance.now()
        const latencyMs = () => Math.round((performance.now() - begun) * 10) / 10
        try {
          const { kind, pending } = await office.atDesk(async ({ backlog, desk }) => ({
            kind: backlog.kind,
            pending: desk.tasks().filter(({ state }) => statusOf(state) === 'pending').length,
          }))
          return { backend: kind, healthy: true, latencyMs: latencyMs(), pendingTasks: pending, error: null }
        } catch (thrown) {
          const { message, hint } = asFailure(thrown)
          const backend = await office.place().then(
            ({ settings }) => settings.backend.kind,
            () => 'unknown' as const,
          )
          const error = hint ? `${message}. ${hint}` : message
          return { backend, healthy: false, latencyMs: latencyMs(), pendingTasks: 0, error }
        }
      },
    }),
  ]
}
