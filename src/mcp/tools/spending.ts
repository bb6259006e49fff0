import * as z from 'zod'
import { findTask } from '../../daemon/find-task.ts'
import { LoopworkError } from '../../errors.ts'
import { costs, dayKey, dayOf, namespaceKey, sessionKey, totalKey } from '../../projections/costs.ts'
import { nothing, type Totals } from '../../projections/money.ts'
import type { Office } from '../office.ts'
import { reads, type Tool, tool } from '../tool.ts'

const totals = z.object({
  costUsd: z.number().describe('The sum of all amounts that are known, in dollars'),
  estimatedUsd: z.number().describe('What of it rests on a price list'),
  attempts: z.number(),
  unknownCost: z.number().describe('Ended attempts whose cost nobody knows; they are not in the sum'),
  models: z.record(z.string(), z.record(z.string(), z.number())),
})

/** The tool that tells what was spent. */
export function spending(office: Office): readonly Tool[] {
  return [
    tool({
      name: 'loopwork_costs',
      title: 'Show costs',
      description:
        'Says what was spent, in dollars and tokens: today and in all, or for one task, session or namespace. Use it before you start more work under a budget.',
      annotations: reads,
      input: z.strictObject({
        taskId: z.string().min(1).optional().describe('Only this task'),
        session: z.string().min(1).optional().describe('Only this session, from loopwork_sessions'),
        namespace: z.string().min(1).optional().describe('Only this namespace'),
        day: z
          .string()
          .regex(/^\d{4}-\d\d-\d\d$/)
          .optional()
          .describe('Only this day, in UTC, such as 2026-01-31'),
      }),
      output: z.object({
        of: z.string().describe('What the figures are of'),
        spent: totals,
        today: totals,
        dailyBudgetUsd: z.number().nullable(),
      }),
      run: async (wanted) => {
        const { app, settings } = await office.place()
        const { key, of } = await subjectOf(office, wanted)
        const view = await app.view(costs)
        const today = dayKey(dayOf(app.clock.now().toISOString()))
        const row = async (name: string) => mutable((await view.row<Totals>(name)) ?? nothing)
        return {
          of,
          spent: await row(key),
          today: await row(today),
          dailyBudgetUsd: settings.budget.dailyUsd,
        }
      },
    }),
  ]
}

type Wanted = {
  readonly taskId?: string | undefined
  readonly session?: string | undefined
  readonly namespace?: string | undefined
  readonly day?: string | undefined
}

async function subjectOf(office: Office, { taskId, session, namespace, day }: Wanted) {
  if ([taskId, session, namespace, day].filter((one) => one !== undefined).length > 1) {
    throw new LoopworkError('invalid', 'costs are told for one of taskId, session, namespace and day', {
      hint: 'Call it once for each.',
    })
  }
  if (session) return { key: sessionKey(session), of: `session ${session}` }
  if (namespace) return { key: namespaceKey(namespace), of: `namespace ${namespace}` }
  if (day) return { key: dayKey(day), of: `day ${day}` }
  if (!taskId) return { key: totalKey, of: 'everything' }
  const row = await office.atDesk(async (user) => findTask(user, taskId))
  return { key: row.stream, of: `task ${taskId}` }
}

function mutable({ models, ...sums }: Totals): z.input<typeof totals> {
  return {
    ...sums,
    models: Object.fromEntries(Object.entries(models).map(([name, used]) => [name, { ...used }])),
  }
}
