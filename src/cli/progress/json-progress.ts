import { join } from 'node:path'
import type { App } from '../../app.ts'
import type { OpenRun } from '../../daemon/open-run.ts'
import type { Fact } from '../../events/catalogue.ts'
import { taskOf } from '../../events/event.ts'
import { costs, sessionKey } from '../../projections/costs.ts'
import { narrate } from '../../projections/narration.ts'
import { type SessionRow, sessionRowKey, sessions } from '../../projections/sessions.ts'
import type { Surroundings } from '../command.ts'
import type { Project } from '../open-project.ts'
import type { Watch } from './watch-run.ts'

type Kind = 'info' | 'success' | 'error' | 'warn' | 'progress' | 'result'

/** A run as lines of JSON: `{ timestamp, type, command: "run", data }`, the last one of type `result`. */
export function createJsonProgress(
  app: App,
  { settings }: Project,
  open: OpenRun,
  { print }: Surroundings,
): Watch {
  const say = (type: Kind, data: unknown, timestamp = app.clock.now().toISOString()): void =>
    print.jsonLine({ timestamp, type, command: 'run', data })

  say('info', {
    namespace: settings.namespace,
    backend: open.backlog.kind,
    backlog: open.backlog.id,
    feature: settings.feature,
    maxIterations: settings.maxIterations,
    timeout: settings.timeoutMs / 1000,
    cli: settings.pool[0]?.agent ?? settings.cli,
    parallel: settings.parallel,
    sessionId: open.session,
    outputDir: join(app.stateDir, open.files),
    dryRun: false,
  })
  const subscription = open.run.facts.subscribe((batch) => {
    for (const fact of batch) {
      const told = fact.session === open.session ? eventOf(fact, settings.maxIterations) : null
      if (told) say(told.type, told.data, fact.at)
    }
  })

  return {
    say: (text) => say('info', { message: text }),
    finish: async ({ reason, detail }, left) => {
      const session = await (await app.view(sessions)).row<SessionRow>(sessionRowKey(open.session))
      const cost = await (await app.view(costs)).row(sessionKey(open.session))
      const started = new Date(session?.startedAt ?? app.clock.now())
      say('result', {
        summary: {
          tasksCompleted: session?.completed ?? 0,
          tasksFailed: session?.failed ?? 0,
          tasksLeft: left.map(({ id, state, reason: why }) => ({ id, state, reason: why })),
          workers: settings.parallel,
          duration: (app.clock.now().getTime() - started.getTime()) / 1000,
          cost: cost ?? null,
        },
        reason,
        detail,
        sessionId: open.session,
        outputDir: join(app.stateDir, open.files),
        ...(settings.parallel > 1 ? { mode: 'parallel' } : {}),
      })
    },
    close: () => subscription.unsubscribe(),
  }
}

function eventOf(fact: Fact, maxIterations: number): { type: Kind; data: unknown } | null {
  const { event, stream } = fact
  const { level, text } = narrate(fact)
  const about = stream.startsWith('task/') ? { taskId: taskOf(stream).id } : {}
  const plain = { ...about, event: event.type, message: text }
  switch (event.type) {
    case 'task.claimed': {
      const { iteration, title, attempt, agent, model, worker } = event.data
      return {
        type: 'progress',
        data: {
          ...plain,
          iteration,
          maxIterations,
          taskTitle: title,
          attempt,
          agent,
          model,
          workerId: worker,
        },
      }
    }
    case 'task.completed':
      return { type: 'success', data: plain }
    default:
      if (level === 'debug') return null
      return { type: level === 'info' ? 'info' : level, data: plain }
  }
}
