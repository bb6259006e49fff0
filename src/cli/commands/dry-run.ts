import { createProcesses } from '../../adapters/supervisor/processes.ts'
import { systemClock } from '../../adapters/system/clock.ts'
import { openBacklog } from '../../daemon/open-backlog.ts'
import { findDependencyProblems } from '../../machines/dependencies.ts'
import { orderTasks } from '../../machines/selection.ts'
import type { Backlog, BacklogTask } from '../../ports/backlog.ts'
import { titleOf } from '../../runtime/title-of.ts'
import type { Surroundings } from '../command.ts'
import type { Project } from '../open-project.ts'

/** Shows the order in which tasks would be worked off, and by whom. Changes nothing. */
export async function dryRun(project: Project, { print, argv }: Surroundings): Promise<number> {
  const { settings, root } = project
  const backlog = await openBacklog({ projectRoot: root, clock: systemClock }, settings, createProcesses())
  const { tasks, plan } = await planOf(backlog, settings).finally(() => backlog.close())
  const stuck = new Map(findDependencyProblems(tasks).map((problem) => [problem.id, problem]))
  const agent = [settings.pool[0]?.agent, settings.pool[0]?.model].filter(Boolean).join(' ')

  if (argv.includes('--json')) {
    print.json({
      schema: 'loopwork/dry-run@1',
      agent,
      tasks: plan.map(({ id, title, priority, feature }) => ({ id, title, priority, feature })),
      blocked: [...stuck.values()],
    })
    return 0
  }
  print.line(`Would execute with ${agent}, in this order, as long as each succeeds:`)
  print.table(
    ['#', 'Task', 'Priority', 'Feature', 'Title'],
    plan.map(({ id, title, priority, feature }, nth) => [
      String(nth + 1),
      id,
      priority,
      feature ?? '',
      title,
    ]),
  )
  for (const { id, missing, cyclic } of stuck.values()) {
    const why =
      missing.length > 0
        ? `${missing.join(', ')}, which does not exist`
        : `itself through ${cyclic.join(', ')}`
    print.warn(`${id} will never run: it depends on ${why}`)
  }
  return 0
}

/** The tasks that would be attempted, with the titles that their descriptions give them. */
async function planOf(backlog: Backlog, settings: Project['settings']) {
  const { tasks } = await backlog.read()
  const chosen = orderOf(tasks, settings).slice(0, settings.maxIterations)
  const plan = await Promise.all(
    chosen.map(async (task) => ({ ...task, title: await titleOf(backlog, task) })),
  )
  return { tasks, plan }
}

/** Plays the choice through, as if every task succeeded. */
function orderOf(
  tasks: readonly BacklogTask[],
  { feature, startFrom }: Project['settings'],
): readonly BacklogTask[] {
  const done = new Set(tasks.filter(({ status }) => status === 'completed').map(({ id }) => id))
  const open = orderTasks(tasks).filter(
    (task) =>
      ['pending', 'in-progress'].includes(task.status) && (feature === null || task.feature === feature),
  )
  const plan: BacklogTask[] = []
  for (;;) {
    const ready = open.filter(
      ({ id, dependsOn }) => !done.has(id) && dependsOn.every((other) => done.has(other)),
    )
    const next = ready.find(({ id }) => id === startFrom) ?? ready[0]
    if (!next) return plan
    plan.push(next)
    done.add(next.id)
  }
}
