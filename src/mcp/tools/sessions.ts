import * as z from 'zod'
import { type IterationRow, iterationsOf, type SessionRow, sessions } from '../../projections/sessions.ts'
import type { Office } from '../office.ts'
import { cursor, limitOf, pageOf } from '../page.ts'
import { reads, type Tool, tool } from '../tool.ts'

const attempt = z.object({
  iteration: z.number(),
  taskId: z.string(),
  title: z.string(),
  agent: z.string(),
  model: z.string().nullable(),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  outcome: z.string(),
  reason: z.string().nullable(),
  costUsd: z.number().nullable(),
})

/** The tool that lists sessions, or the attempts of one. */
export function sessionLists(office: Office): readonly Tool[] {
  return [
    tool({
      name: 'loopwork_sessions',
      title: 'List sessions',
      description:
        'Lists the sessions in which loops have worked, newest first; with a session, the attempts made in it. Then loopwork_get_log for the output of one.',
      annotations: reads,
      input: z.strictObject({
        session: z.string().min(1).optional().describe('List the attempts of this session instead'),
        namespace: z.string().min(1).optional().describe('Only sessions of this namespace'),
        limit: limitOf(20, 200),
        cursor,
      }),
      output: z.object({
        count: z.number(),
        sessions: z
          .array(
            z.object({
              session: z.string(),
              namespace: z.string(),
              startedAt: z.string(),
              endedAt: z.string().nullable(),
              stopReason: z.string().nullable(),
              completed: z.number(),
              failed: z.number(),
            }),
          )
          .optional(),
        attempts: z.array(attempt).optional(),
        nextCursor: z.string().optional(),
      }),
      run: async ({ session, namespace, ...paging }) => {
        const view = await (await office.place()).app.view(sessions)
        if (session !== undefined) {
          const rows = [...(await view.rows<IterationRow>(iterationsOf(session))).values()]
          const { items, nextCursor } = pageOf(rows, ({ iteration }) => String(iteration), paging)
          return { count: rows.length, attempts: items.map(attemptOf), ...(nextCursor ? { nextCursor } : {}) }
        }
        const rows = [...(await view.rows<SessionRow>('session/')).values()]
          .filter((row) => namespace === undefined || row.namespace === namespace)
          .sort((a, b) => b.startedAt.localeCompare(a.startedAt))
        const { items, nextCursor } = pageOf(rows, (row) => row.session, paging)
        return {
          count: rows.length,
          sessions: items.map(({ files: _, ...row }) => row),
          ...(nextCursor ? { nextCursor } : {}),
        }
      },
    }),
  ]
}

function attemptOf(row: IterationRow): z.input<typeof attempt> {
  const { iteration, task, title, agent, model, startedAt, endedAt, outcome, reason, usage } = row
  return {
    iteration,
    taskId: task,
    title,
    agent,
    model,
    startedAt,
    endedAt,
    outcome,
    reason,
    costUsd: usage?.costUsd ?? null,
  }
}
