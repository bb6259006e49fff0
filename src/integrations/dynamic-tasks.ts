import type { FollowUpSettings } from '../config/follow-up-settings.ts'
import type { Delivery, FactOf, PluginContext, TaskHappening } from '../config/plugin-context.ts'
import type { LoopworkPlugin, PluginTaskResult, Task } from '../config/plugin-contract.ts'
import type { TaskAnalyzer } from '../config/task-analyzer.ts'
import { asFailure } from '../errors.ts'
import type { Usage } from '../events/shapes.ts'
import { questionAbout, tasksIn } from './follow-ups/ask-for-them.ts'
import { findByPattern } from './follow-ups/find-by-pattern.ts'
import { type Finding, sameness, titleOf } from './follow-ups/finding.ts'

type End = FactOf<'task.completed' | 'task.failed'>

/** What an agent answers that is asked besides its tasks. */
export type Reply = { readonly text: string; readonly usage: Usage | null }

/** What the search for follow-ups needs of the house. */
export type FollowUpOffice = {
  /** What the agent said in an attempt, and what it had been told. */
  wordsOf(fact: End, happening: TaskHappening): Promise<{ readonly said: string; readonly prompt: string }>
  taskOf(happening: TaskHappening): Promise<Task>
  /** Asks an agent, within what is left of the budget. */
  ask(prompt: string, signal: AbortSignal): Promise<Reply>
  /** Whether an attempt was looked over before. */
  isAnalysed(fact: End, attempt: number): Promise<boolean>
  report(fact: End, happening: TaskHappening, found: readonly Finding[], usage: Usage | null): Promise<void>
  /** Makes tasks of what was found and is approved; gives what became of each, in words. */
  adopt(fact: End): Promise<readonly string[]>
}

const nothing = { found: [] as readonly Finding[], usage: null }
type Analysis = { readonly found: readonly Finding[]; readonly usage: Usage | null }

/** The name of the task that a failure leads to begins with this; its own failure leads to none. */
const debugging = 'Debug failure: '
/** An agent may think for so long, and is asked so often. */
const timeoutMs = 330_000
const mostTries = 2

/** Looks over what agents have said once their tasks are done or have failed, and makes tasks of what is left. */
export function dynamicTasks(
  analyzer: unknown,
  settings: FollowUpSettings,
  office: FollowUpOffice,
): LoopworkPlugin {
  const look = lookBy(analyzer, settings, office)
  return {
    name: 'dynamicTasks',
    setup: (context) => {
      const deliver = async (fact: End, delivery: Delivery): Promise<void> => {
        const happening = await agentsEnd(context, fact)
        if (!happening) return
        if (!(await office.isAnalysed(fact, happening.attempt))) {
          const { found, usage } = await patiently(context, delivery, () =>
            look(fact, happening, delivery.signal),
          )
          await office.report(fact, happening, chosen(found, settings.most), usage)
        }
        for (const line of await office.adopt(fact)) if (settings.isTold) context.log.info(line)
      }
      context.durable(['task.completed', 'task.failed'], deliver, { timeoutMs })
    },
  }
}

/** What befell the task, where its agent was at work until then; null where a person has said so. */
async function agentsEnd({ describe }: PluginContext, fact: End): Promise<TaskHappening | null> {
  const happening = fact.by === 'loop' ? await describe(fact) : null
  return happening && 'task' in happening ? happening : null
}

/** A look that fails is made once more, and then given up: the loop does not wait for it for ever. */
async function patiently(
  { log }: Pick<PluginContext, 'log'>,
  { attempt, signal }: Delivery,
  look: () => Promise<Analysis>,
): Promise<Analysis> {
  try {
    return await look()
  } catch (thrown) {
    if (signal.aborted || attempt < mostTries) throw new Error(asFailure(thrown).message, { cause: thrown })
    log.warn(`what was left to be done could not be found out: ${asFailure(thrown).message}`)
    return nothing
  }
}

type Look = (fact: End, happening: TaskHappening, signal: AbortSignal) => Promise<Analysis>

function lookBy(analyzer: unknown, settings: FollowUpSettings, office: FollowUpOffice): Look {
  return async (fact, happening, signal) => {
    if (happening.kind === 'taskFailed') return { found: debuggingOf(happening), usage: null }
    const words = await office.wordsOf(fact, happening)
    switch (settings.analyzer) {
      case 'own':
        return { found: await byOwn(analyzer as TaskAnalyzer, happening, words.said, office), usage: null }
      case 'pattern':
        return placed({ found: findByPattern(words.said, words.prompt), usage: null }, happening)
      case 'llm':
        return placed(await byAgent(happening, words.said, { settings, office, signal }), happening)
    }
  }
}

async function byAgent(
  { task }: TaskHappening,
  said: string,
  given: {
    readonly settings: FollowUpSettings
    readonly office: FollowUpOffice
    readonly signal: AbortSignal
  },
): Promise<Analysis> {
  if (said.trim() === '') return nothing
  const { settings, office, signal } = given
  const { text, usage } = await office.ask(questionAbout(task.title, said, settings.most), signal)
  const found = tasksIn(text)
  if (!found) throw new Error('the agent that was asked gave no list of tasks')
  return { found, usage }
}

async function byOwn(
  analyzer: TaskAnalyzer,
  happening: TaskHappening,
  output: string,
  office: FollowUpOffice,
): Promise<readonly Finding[]> {
  const result: PluginTaskResult = { duration: happening.durationMs, success: true, output }
  const { shouldCreateTasks, suggestedTasks = [] } = await analyzer.analyze(
    await office.taskOf(happening),
    result,
  )
  if (!shouldCreateTasks) return []
  return suggestedTasks.flatMap(({ title, description = '', priority = 'medium', isSubTask, dependsOn }) => {
    const named = titleOf(String(title))
    return named ? [{ title: named, description, priority, isPart: isSubTask, dependsOn }] : []
  })
}

/** The task that is to find out why another has failed for good. */
function debuggingOf({ task, attempt, reason }: TaskHappening): readonly Finding[] {
  const title = titleOf(`${debugging}${task.title}`)
  if (!title || task.title.startsWith(debugging)) return []
  const description = [
    `${task.id} (${task.title}) has failed for good with attempt ${attempt}:`,
    `> ${(reason ?? 'no reason was given').replaceAll('\n', '\n> ')}`,
    `Find the cause, mend it, and say what was wrong. What the agent said: \`loopwork logs --task ${task.id}\`; its story: \`loopwork story ${task.id}\`.`,
  ].join('\n\n')
  return [{ title, description, priority: 'high' }]
}

/** Findings that say where they come from. */
function placed({ found, usage }: Analysis, { task, attempt }: TaskHappening): Analysis {
  const origin = `Left over from ${task.id} (${task.title}), as the agent of attempt ${attempt} said when it was done.`
  const described = ({ description }: Finding) => [description, origin].filter(Boolean).join('\n\n')
  return { found: found.map((one) => ({ ...one, description: described(one) })), usage }
}

const urgency = ['high', 'medium', 'low', 'background']

/** The most urgent of them, each once, in the order in which they were found. */
function chosen(found: readonly Finding[], most: number): readonly Finding[] {
  const distinct = found.filter(
    ({ title }, nth) => found.findIndex((one) => sameness(one.title) === sameness(title)) === nth,
  )
  const rank = ({ priority }: Finding): number => urgency.indexOf(priority ?? 'medium')
  const kept = new Set(distinct.toSorted((a, b) => rank(a) - rank(b)).slice(0, most))
  return distinct.filter((one) => kept.has(one))
}
