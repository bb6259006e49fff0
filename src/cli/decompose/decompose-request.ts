import { homedir } from 'node:os'
import type { App } from '../../app.ts'
import { askAgent, type Reply } from '../../daemon/ask-agent.ts'
import { type DeskUser, withDesk } from '../../daemon/with-desk.ts'
import { findAdviser } from '../../daemon/workers.ts'
import { exitCodes, LoopworkError } from '../../errors.ts'
import type { Priority } from '../../events/shapes.ts'
import { duration } from '../../projections/wording.ts'
import type { Worker } from '../../runtime/house.ts'
import type { Surroundings } from '../command.ts'
import type { Project } from '../open-project.ts'
import { addProposed } from './add-proposed.ts'
import { answerOf, showProposal, spentText } from './answer.ts'
import { instructionFor } from './instruction.ts'
import { readProposal } from './proposal.ts'

/** What somebody wants to have split up, and how. */
export type Wanted = {
  readonly request: string
  readonly feature: string | null
  readonly parent: string | null
  /** Where none is proposed. */
  readonly priority: Priority
  readonly isDry: boolean
  readonly isJson: boolean
}

/** How long the agent may think about it. */
const timeoutMs = 300_000

/** The whole of `decompose`; gives the exit code. */
export async function decomposeRequest(
  app: App,
  project: Project,
  surroundings: Surroundings,
  wanted: Wanted,
): Promise<number> {
  const { io, print } = surroundings
  const { settings } = project
  const origin = io.env.LOOPWORK_TASK_ID || null // set where an agent calls us
  return withDesk(app, settings, origin === null ? 'cli' : 'agent', async (user) => {
    const { prompt, known } = await look(user, wanted)
    const worker = await workerFor(project, surroundings)
    const reply = await askOnce(app, project, surroundings, { worker, prompt })
    if (!reply) return exitCodes.interrupted
    print.note(print.paint.dim(`Answered after ${duration(reply.durationMs)}, ${spentText(reply.usage)}.`))
    const { tasks, ...plan } = planOf(reply, worker, wanted, known)
    if (!wanted.isJson) showProposal(tasks, plan, print)
    if (!(await isAgreed(tasks.length, project, wanted, surroundings))) {
      print.note('Nothing was added.')
      return exitCodes.interrupted
    }
    const added = wanted.isDry ? null : await addProposed(user, settings, tasks, { ...plan, origin })
    const given = { wanted, settings, worker, reply, tasks, added, now: app.clock.now() }
    if (wanted.isJson) print.json(await answerOf(user, given))
    else if (added)
      print.line(`Added ${added.map(({ id }) => id).join(', ')}. See \`loopwork start --dry-run\`.`)
    return 0
  })
}

/** What is to be added: what the agent proposes, but for what somebody has asked for. */
function planOf(reply: Reply, worker: Worker, wanted: Wanted, known: ReadonlySet<string>) {
  const proposal = readProposal(reply.text, known)
  if (typeof proposal === 'string') throw useless(worker, proposal, reply)
  const tasks = proposal.tasks.map((task) => ({ ...task, priority: task.priority ?? wanted.priority }))
  return { tasks, feature: wanted.feature ?? proposal.feature, parent: wanted.parent }
}

/** What the backlog has, before an agent is paid for anything. */
async function look({ backlog, desk }: DeskUser, { request, parent }: Wanted) {
  const { tasks, problem } = await backlog.read()
  if (problem) throw new LoopworkError('unavailable', `the backlog cannot be read: ${problem}`)
  const known = new Set(tasks.map(({ id }) => id))
  if (parent !== null && !known.has(parent)) {
    throw new LoopworkError('not_found', `the backlog has no task ${parent} to add parts to`, {
      hint: 'All of them: loopwork task list.',
    })
  }
  const brief = parent === null ? null : await backlog.brief(parent)
  const above = parent !== null && brief ? { id: parent, brief } : null
  return { known, prompt: instructionFor({ request, parent: above, tasks: desk.tasks() }) }
}

function workerFor({ settings }: Project, { io }: Surroundings): Promise<Worker> {
  return findAdviser(settings, { env: io.env, home: io.env.HOME ?? homedir(), isRoot: io.isRoot })
}

/** Null where somebody has called it off. */
async function askOnce(
  app: App,
  { settings }: Project,
  { io, print }: Surroundings,
  { worker, prompt }: { readonly worker: Worker; readonly prompt: string },
): Promise<Reply | null> {
  const who = [worker.agent, worker.model].filter(Boolean).join(' ')
  print.note(print.paint.dim(`Asking ${who}, for ${duration(timeoutMs)} at most. Ctrl-C calls it off.`))
  const off = new AbortController()
  const deafen = io.onSignal(['SIGINT', 'SIGTERM', 'SIGHUP'], () => off.abort())
  try {
    return await askAgent(app, settings, io, worker, { prompt, timeoutMs, signal: off.signal })
  } catch (thrown) {
    if (!off.signal.aborted) throw thrown
    print.note('It was called off. Nothing was added.')
    return null
  } finally {
    deafen()
  }
}

function useless({ agent }: Worker, why: string, { output }: Reply): LoopworkError {
  return new LoopworkError('unavailable', `${agent} proposed nothing that can be used: ${why}`, {
    hint: `Nothing was added. Its whole answer: ${output}. Ask again, perhaps in other words.`,
  })
}

/** Asked only on a terminal. */
async function isAgreed(
  count: number,
  { settings }: Project,
  { isJson, isDry }: Wanted,
  { io }: Surroundings,
): Promise<boolean> {
  if (isJson || isDry || settings.autoConfirm || !io.isInputTty || !io.isTty) return true
  const { confirm } = await import('@clack/prompts')
  return (await confirm({ message: `Add ${count === 1 ? 'this task' : `these ${count} tasks`}?` })) === true
}
