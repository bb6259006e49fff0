import { fate, isNoteworthy } from '../../plugins/overview.ts'
import type { Totals } from '../../projections/money.ts'
import { duration, tokenCount } from '../../projections/wording.ts'
import { attemptsText, costText } from '../cost-text.ts'
import type { Print } from '../print.ts'
import { isLeft, leftText } from './left-attempt.ts'
import type { ActiveTask, LoopStatus, Status } from './status-answer.ts'

/** The status for a person: loops first, then what needs attention, then figures. */
export function showStatus(status: Status, print: Print): void {
  const now = new Date(status.timestamp)
  const since = (instant: string) => duration(now.getTime() - new Date(instant).getTime())
  if (status.loops.length === 0) {
    print.line('Nothing has run here yet. Begin with `loopwork start`.')
    return
  }
  print.table(
    ['Namespace', 'State', 'PID', 'For', 'Busy', 'Attempts', 'Spent', 'Why'],
    status.loops.map((loop) => [
      loop.namespace,
      stateText(loop, print),
      loop.pid === null ? '-' : String(loop.pid),
      since(loop.since),
      loop.pid === null
        ? '-'
        : `${status.tasks.active.filter(({ namespace }) => namespace === loop.namespace).length} of ${loop.parallel}`,
      String(loop.iterations),
      costText(loop.costs.session),
      whyText(loop),
    ]),
  )
  for (const { namespace, backlogProblem, barredAgents } of status.loops) {
    if (backlogProblem)
      print.line(print.paint.red(`${namespace}: the backlog cannot be read: ${backlogProblem}`))
    for (const { agent, until, reason } of barredAgents) {
      print.line(
        print.paint.yellow(
          `${namespace}: ${agent} is not used before ${until ?? 'somebody has looked'}: ${reason}`,
        ),
      )
    }
  }
  showTasks(status, print, since)
  for (const plugin of status.plugins.filter(isNoteworthy)) {
    print.line(print.paint.yellow(`plugin ${plugin.plugin}: ${fate(plugin)}`))
  }
  showGitHub(status, print, since)
  print.line()
  print.line(`Today    ${spentText(status.costs.today)}`)
  print.line(`In all   ${spentText(status.costs.total)}`)
}

function showTasks({ tasks, loops }: Status, print: Print, since: (instant: string) => string): void {
  if (tasks.active.length > 0) {
    print.line()
    print.table(
      ['Task', 'State', 'Worker', 'For', 'Attempts', 'Agent', 'Title'],
      tasks.active.map((task) => [
        task.id,
        taskStateText(task, loops),
        task.worker === null ? '-' : `${task.namespace} ${task.worker}`,
        since(task.since),
        String(task.attempts),
        [task.agent, task.model].filter(Boolean).join(' ') || '-',
        titleText(task, loops),
      ]),
    )
  }
  const counts = Object.entries(tasks.counts).map(([state, count]) => `${count} ${state}`)
  print.line()
  print.line(`Tasks    ${counts.join(', ') || 'none'}`)
}

function taskStateText({ state, notBefore, namespace }: ActiveTask, loops: readonly LoopStatus[]): string {
  if (isLeft(namespace, loops)) return 'left'
  return notBefore ? `${state} until ${notBefore.slice(11, 16)} UTC` : state
}

function titleText({ title, reason, namespace }: ActiveTask, loops: readonly LoopStatus[]): string {
  if (isLeft(namespace, loops)) return `${title}: ${leftText}`
  return reason ? `${title}: ${reason.split('\n')[0]}` : title
}

function showGitHub({ outbox, quotas }: Status, print: Print, since: (instant: string) => string): void {
  if (outbox.outstanding > 0 && outbox.since) {
    const what = `${outbox.outstanding} things are still to be told to the backlog, for ${since(outbox.since)}`
    print.line(print.paint.yellow(outbox.problem ? `${what}: ${outbox.problem}` : what))
  }
  for (const { repo, remaining, limit, resetsAt } of quotas) {
    print.line(
      `GitHub   ${remaining} of ${limit} requests left for ${repo} until ${resetsAt.slice(11, 16)} UTC`,
    )
  }
}

function whyText({ state, reason, until, pause, namespace }: LoopStatus): string {
  const why = until ? `${reason} (until ${until.slice(0, 16).replace('T', ' ')} UTC)` : reason
  return pause && state !== 'paused' ? `${why}; paused until \`loopwork continue ${namespace}\`` : why
}

function stateText({ state }: LoopStatus, { paint }: Print): string {
  if (state === 'crashed' || state === 'silent') return paint.red(state)
  if (state === 'stopped') return paint.dim(state)
  return state === 'running' ? paint.green(state) : paint.yellow(state)
}

function spentText(totals: Totals): string {
  const sum = (kind: 'input' | 'output' | 'cacheRead' | 'cacheWrite') =>
    Object.values(totals.models).reduce((all, tokens) => all + tokens[kind], 0)
  if (totals.attempts === 0) return 'nothing'
  if (Object.keys(totals.models).length === 0)
    return `${costText(totals)} (${attemptsText(totals)}, tokens unknown)`
  const tokens = `${tokenCount(sum('input'))} in, ${tokenCount(sum('output'))} out, ${tokenCount(sum('cacheRead'))} from cache`
  return `${costText(totals)} (${attemptsText(totals)}, tokens: ${tokens})`
}
