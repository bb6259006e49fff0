import { createHash } from 'node:crypto'
import { createSessionFiles } from '../adapters/files/session-files.ts'
import type { App } from '../app.ts'
import type { Settings } from '../config/settings.ts'
import type { FollowUp } from '../events/agent.ts'
import type { TaskStream } from '../events/event.ts'
import type { FollowUpOffice } from '../integrations/dynamic-tasks.ts'
import { type Finding, sameness } from '../integrations/follow-ups/finding.ts'
import type { TaskContext } from '../machines/task/context.ts'
import type { HookSources } from '../plugins/hooks.ts'
import { followUps, inOrderFound, type OpenFollowUp, openFollowUps } from '../projections/follow-ups.ts'
import type { Dispatch } from '../runtime/dispatch.ts'
import { openView } from '../runtime/views.ts'
import { type Adopted, adoptFollowUps } from './adopt-follow-ups.ts'
import { askAgent } from './ask-agent.ts'
import type { Surroundings } from './open-run.ts'
import { saidIn } from './said-in.ts'
import { openDeskUser } from './with-desk.ts'
import { findAdviser, readerOf } from './workers.ts'

/** The end of what an agent said is looked over, in characters. */
const mostSaid = 256 * 1024
const answerMs = 300_000

type Machine = Pick<Surroundings, 'env' | 'keeperFile' | 'home' | 'isRoot'>

/** What looking for follow-ups needs, in the process that plugins live in. */
export function createFollowUpOffice(
  app: App,
  given: {
    readonly settings: Settings
    readonly machine: Machine
    readonly dispatch: Dispatch
    readonly taskOf: HookSources['task']
  },
): FollowUpOffice {
  const { settings, machine, dispatch, taskOf } = given
  const sessions = createSessionFiles(app.stateDir)
  const policy = settings.followUps
  return {
    taskOf,
    wordsOf: async ({ stream }, { agent, model, iteration, startedAt }) => {
      const files = await filesOf(app, { iteration, startedAt, stream })
      const adapter = readerOf(agent)
      const paths = files === null ? null : sessions.of(files, iteration, adapter.structured)
      if (!paths) return { said: '', prompt: '' }
      const said = await saidIn(adapter.reader(model), paths, sessions, mostSaid)
      return { said, prompt: await sessions.tail(paths.prompt, 1 << 20) }
    },
    ask: async (prompt, signal) => {
      const worker = await findAdviser(settings, machine)
      return askAgent(app, settings, machine, worker, { prompt, timeoutMs: answerMs, signal })
    },
    isAnalysed: async ({ stream }, attempt) => {
      const { state } = await (await app.recall())(stream as TaskStream)
      return (state.context as TaskContext).analysed >= attempt
    },
    report: async ({ stream }, { attempt, namespace }, found, usage) => {
      const { analyzer = 'pattern', isPart = true, isApproved = true } = policy ?? {}
      const command = {
        type: 'reportFollowUps',
        ...{ attempt, namespace, analyzer, isApproved, usage },
        found: found.map((one) => followUpOf(one, { stream, attempt, isPart })),
      } as const
      await dispatch([{ stream: stream as TaskStream, command }])
    },
    adopt: async ({ stream }) => {
      const found = await openView(followUps, { log: app.log, store: app.store })
      await found.catchUp()
      const open = inOrderFound((await found.rows<OpenFollowUp>(openFollowUps)).values()).filter(
        (one) => one.stream === stream,
      )
      const wanted = open.filter(({ isApproved }) => isApproved)
      if (wanted.length === 0)
        return open.map(({ title, key }) => `waits for \`loopwork follow-ups accept ${key}\`: ${title}`)
      const user = await openDeskUser(app, settings, 'plugin')
      try {
        return (await adoptFollowUps(user, wanted, { settings, found, isByPerson: false })).map(inWords)
      } finally {
        await user.close()
      }
    },
  }
}

function inWords({ id, title, why }: Adopted): string {
  if (why !== null) return `${title}: not added, ${why}`
  return id === null ? `is being added: ${title}` : `added ${id}: ${title}`
}

/** The same finding of the same attempt has the same key, whoever finds it and how often. */
function followUpOf(
  { title, description, priority, dependsOn = [], ...finding }: Finding,
  {
    stream,
    attempt,
    isPart,
  }: { readonly stream: string; readonly attempt: number; readonly isPart: boolean },
): FollowUp {
  const name = `${stream}\n${attempt}\n${sameness(title)}`
  const key = createHash('sha256').update(name).digest('hex').slice(0, 12)
  const partly = isPart && (finding.isPart ?? true)
  return { key, title, description, priority, isPart: partly, dependsOn: [...dependsOn] }
}

/** The folder of the files of an attempt; null where the log knows none. */
async function filesOf(
  app: App,
  {
    iteration,
    startedAt,
    stream,
  }: { readonly iteration: number; readonly startedAt: string; readonly stream: string },
): Promise<string | null> {
  for await (const { event, at } of app.log.readStream(stream as TaskStream)) {
    if (event.type === 'task.claimed' && event.data.iteration === iteration && at === startedAt)
      return event.data.files
  }
  return null
}
