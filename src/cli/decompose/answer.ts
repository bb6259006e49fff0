import type { Settings } from '../../config/settings.ts'
import type { Reply } from '../../daemon/ask-agent.ts'
import type { DeskUser } from '../../daemon/with-desk.ts'
import type { Usage } from '../../events/shapes.ts'
import { tokenCount, usd } from '../../projections/wording.ts'
import type { Worker } from '../../runtime/house.ts'
import { plain } from '../dashboard/plain.ts'
import type { Print } from '../print.ts'
import type { AddedTask } from './add-proposed.ts'
import type { Wanted } from './decompose-request.ts'
import type { ProposedTask } from './proposal.ts'

/** The tasks as a person looks them over before they are added. */
export function showProposal(
  tasks: readonly ProposedTask[],
  { feature, parent }: Pick<Wanted, 'feature' | 'parent'>,
  print: Print,
): void {
  const whose = [feature ? `feature ${feature}` : '', parent ? `parts of ${parent}` : ''].filter(Boolean)
  if (whose.length > 0) print.line(plain(whose.join(', ')))
  print.table(
    ['Id', 'Title', 'Priority', 'After'],
    tasks.map(({ id, title, priority, dependsOn }) =>
      [id, title, priority ?? '', dependsOn.join(', ') || '-'].map(plain),
    ),
  )
}

/** The answer of `decompose --json`. Without anything added, tasks have the ids that were proposed. */
export async function answerOf(
  { backlog }: DeskUser,
  given: {
    readonly wanted: Wanted
    readonly settings: Settings
    readonly worker: Worker
    readonly reply: Reply
    readonly tasks: readonly ProposedTask[]
    readonly added: readonly AddedTask[] | null
    readonly now: Date
  },
) {
  const { wanted, settings, worker, reply, tasks, added, now } = given
  const shown = await Promise.all(
    (added ?? tasks).map(async ({ id, title, description, priority, dependsOn }) => ({
      ...{ id, title, status: 'pending', priority, description, dependencies: dependsOn },
      prdPath: added ? (await backlog.brief(id)).source : null,
    })),
  )
  return {
    schema: 'loopwork/decompose@1',
    command: 'decompose',
    timestamp: now.toISOString(),
    dryRun: wanted.isDry,
    input: { description: wanted.request, taskId: wanted.parent, namespace: settings.namespace },
    agent: {
      ...{ name: worker.agent, model: worker.model, durationMs: reply.durationMs, usage: reply.usage },
      output: reply.output,
    },
    tasks: shown,
    summary: {
      totalTasks: shown.length,
      topLevel: wanted.parent === null ? shown.length : 0,
      subtasks: wanted.parent === null ? 0 : shown.length,
    },
  }
}

/** What it has cost, as far as it is known. */
export function spentText(usage: Usage | null): string {
  if (!usage) return 'cost unknown'
  const tokens = Object.values(usage.models).reduce(
    (sum, { input, output, cacheRead, cacheWrite }) => sum + input + output + cacheRead + cacheWrite,
    0,
  )
  return `${tokenCount(tokens)} tokens, ${usage.costUsd === null ? 'cost unknown' : usd(usage.costUsd)}`
}
