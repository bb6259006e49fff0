import type { App } from '../../app.ts'
import { findTask } from '../../daemon/find-task.ts'
import { type Steering, steerLoop } from '../../daemon/steer-loop.ts'
import { withDesk } from '../../daemon/with-desk.ts'
import { LoopworkError } from '../../errors.ts'
import { taskStream } from '../../events/event.ts'
import type { Project } from '../open-project.ts'
import type { Act } from './ui.ts'

const reason = 'asked for on the dashboard'

const loopCommands = {
  pause: [{ type: 'pause', reason }, 'begins nothing new'],
  continue: [{ type: 'continue', reason }, 'goes on'],
  stop: [{ type: 'drain', reason }, 'lets what runs end, then stops'],
  kill: [{ type: 'interrupt', reason }, 'ends what runs, then stops'],
} as const satisfies Record<string, readonly [Steering, string]>

const taskCommands = {
  skip: [{ type: 'skip', reason }, 'is skipped'],
  retry: [{ type: 'reset', reason }, 'is back at the start'],
} as const

/** Does what was asked for with a key; gives a sentence on what became of it. */
export async function carryOut(
  app: App,
  project: Project,
  act: Exclude<Act, { do: 'quit' }>,
): Promise<string> {
  try {
    return 'task' in act ? await moveTask(app, project, act) : await steer(app, act)
  } catch (thrown) {
    if (!(thrown instanceof LoopworkError)) throw thrown
    return thrown.hint ? `${thrown.message}. ${thrown.hint}` : thrown.message
  }
}

async function steer(app: App, act: Extract<Act, { namespace: string }>): Promise<string> {
  const [command, effect] = loopCommands[act.do]
  const { isThere } = await steerLoop(app, act.namespace, command, 'cli')
  return isThere ? `${act.namespace} ${effect}` : `${act.namespace} does not run; its next start ${effect}`
}

async function moveTask(app: App, project: Project, act: Extract<Act, { task: string }>): Promise<string> {
  const [command, effect] = taskCommands[act.do]
  await withDesk(app, project.settings, 'cli', async (user) => {
    findTask(user, act.task)
    await user.dispatch([{ stream: taskStream(user.backlog.id, act.task), command }])
    await user.sync()
  })
  return `${act.task} ${effect}`
}
