import { createSessionFiles } from '../adapters/files/session-files.ts'
import { createProcesses } from '../adapters/supervisor/processes.ts'
import { openApp } from '../app.ts'
import { aiMonitorOptions } from '../config/integrations.ts'
import type { LoopworkConfig } from '../config/loopwork-config.ts'
import type { PluginTask } from '../config/plugin-context.ts'
import type { Task } from '../config/plugin-contract.ts'
import { secretsOf } from '../config/secrets.ts'
import type { Settings } from '../config/settings.ts'
import type { Fact } from '../events/catalogue.ts'
import type { Offices } from '../integrations/integrations.ts'
import { toTask } from '../plugins/backend.ts'
import { describe } from '../plugins/describe.ts'
import type { HookSources } from '../plugins/hooks.ts'
import { onceForEach } from '../plugins/once-for-each.ts'
import type { PluginsGiven } from '../plugins/open-plugins.ts'
import { isKept } from '../plugins/reports.ts'
import { sharedPages } from '../plugins/shared-pages.ts'
import type { Backlog } from '../ports/backlog.ts'
import type { PluginRow, PluginStore } from '../ports/plugin-store.ts'
import type { Secret } from '../ports/secret.ts'
import { board } from '../projections/board.ts'
import { loops, sessionOwnerPrefix } from '../projections/loops.ts'
import type { TaskRow } from '../projections/task-row.ts'
import { maskedLog, maskOf } from '../runtime/masked.ts'
import { openView } from '../runtime/views.ts'
import { createFollowUpOffice } from './follow-up-office.ts'
import { createMonitorOffice } from './monitor-office.ts'
import { openBacklog } from './open-backlog.ts'
import type { HostOrder } from './plugin-news.ts'

/** So much of what an attempt printed is given to hooks. */
const outputBytes = 64 * 1024

type HostApp = Omit<
  PluginsGiven,
  'plugins' | 'off' | 'from' | 'liveFrom' | 'guard' | 'say' | 'config' | 'env'
> & {
  /** For integrations that do more than to tell others. */
  readonly offices: Offices
  close(): Promise<void>
}

/** The project as the plugins' process opens it: the log, the backlog, and the way to ask. */
export async function openHostApp(
  { settings: told, session, projectRoot, stateDir, keeperFile, home, isRoot }: HostOrder,
  env: Readonly<Record<string, string>>,
  config: LoopworkConfig,
): Promise<HostApp> {
  const settings: Settings = { ...told, backend: backendIn(told, config), plugins: [] }
  const secrets = secretsOf(settings, env)
  const app = await openApp({ projectRoot, stateDir, wrapLog: (log) => maskedLog(log, secrets) })
  const { namespace } = settings
  const files = createSessionFiles(stateDir)
  const dispatch = await app.dispatch({ by: 'plugin', session, retry: settings.retry })
  const view = await openView(board, { log: app.log, store: app.store })
  const loopView = await openView(loops, { log: app.log, store: app.store })
  const sessions = new Map<string, boolean>([[session, true]])
  let opening: Promise<Backlog> | null = null

  const backlog = (): Promise<Backlog> => {
    opening ??= openBacklog(app, settings, createProcesses())
    return opening
  }
  const find = async (id: string) => (await (await backlog()).read()).tasks.find((task) => task.id === id)

  /** Sessions are few: which namespace one belongs to is asked of the log once. */
  const isOurs = ({ stream, session: its }: Fact): boolean => {
    if (stream.startsWith('loop/')) return stream === `loop/${namespace}`
    return its === null || (sessions.get(its) ?? its.startsWith(`loopwork-${namespace}-`))
  }
  await loopView.catchUp()
  for (const [key, owner] of await loopView.rows<string>(sessionOwnerPrefix)) {
    sessions.set(key.slice(sessionOwnerPrefix.length), owner === namespace)
  }

  const hooks: HookSources = {
    task: async ({ task: { id, title, metadata } }): Promise<Task> => {
      const found = await find(id)
      if (found) return toTask(await backlog(), found)
      return { id, title, description: '', status: 'pending', priority: 'medium', metadata }
    },
    output: async ({ task, iteration, startedAt }) => {
      const stream = `task/${(await backlog()).id}/${task.id}` as const
      for await (const { event, at } of app.log.readStream(stream)) {
        if (event.type !== 'task.claimed' || event.data.iteration !== iteration || at !== startedAt) continue
        const text = await files.tail(files.of(event.data.files, iteration, false).output, outputBytes)
        return text || undefined
      }
      return undefined
    },
  }

  return {
    namespace,
    log: { ...app.log, readAfter: sharedPages(app.log.readAfter) },
    store: maskedReports(app.plugins, secrets),
    clock: app.clock,
    isOurs,
    hooks,
    backlog,
    dispatch,
    describe: onceForEach(async (fact) => {
      const told = await describe(app.log, fact, async (id) => ({ ...(await find(id))?.metadata }))
      return told?.namespace === namespace ? told : null
    }),
    offices: {
      monitor: createMonitorOffice(app, {
        ...{ settings, dispatch, session, backlog },
        machine: { env, keeperFile, home, isRoot },
        model: aiMonitorOptions(config)?.model ?? null,
      }),
      followUps: settings.followUps && {
        settings: settings.followUps,
        office: createFollowUpOffice(app, {
          ...{ settings, dispatch },
          machine: { env, keeperFile, home, isRoot },
          taskOf: hooks.task,
        }),
      },
    },
    tasks: async () => {
      await view.catchUp()
      return [...(await view.rows<TaskRow>('task/')).values()].map(seen)
    },
    close: async () => {
      if (opening) await (await opening).close()
      await app.close()
    },
  }
}

/** A backend that is an object cannot be told across processes: it is the one of the configuration. */
function backendIn({ backend }: HostOrder['settings'], config: LoopworkConfig): Settings['backend'] {
  const use = config.backend?.use
  return backend.kind === 'custom' && use !== undefined ? { ...backend, use } : backend
}

/** What plugins say of their problems may hold a secret; what they keep for themselves is left as it is. */
function maskedReports(store: PluginStore, secrets: readonly Secret[]): PluginStore {
  const safely = maskOf(secrets)
  return {
    ...store,
    put: (owner, rows, onlyIf) => {
      const safe = rows.map(([key, value]): PluginRow => {
        return [key, isKept(key) ? value : safely(value)]
      })
      return store.put(owner, safe, onlyIf)
    },
  }
}

function seen({ id, title, state, priority, attempts, reason, notBefore, waitsFor }: TaskRow): PluginTask {
  return { id, title, state, priority, attempts, reason, notBefore, waitsFor }
}
