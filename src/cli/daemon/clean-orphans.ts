import type { App } from '../../app.ts'
import { endOrphans, findOrphans, type Orphan } from '../../daemon/orphans.ts'
import { writeScriptFiles } from '../../daemon/script-files.ts'
import { duration } from '../../projections/wording.ts'
import type { Surroundings } from '../command.ts'
import { gripOn } from './grip.ts'

type Options = {
  readonly namespace?: string | undefined
  readonly config?: string | undefined
  readonly force?: boolean
  readonly dryRun?: boolean
  readonly json?: boolean
}

/** Before a start: ends what runs without a loop, and says what it was. */
export async function cleanOrphans(
  app: App,
  namespace: string,
  options: Pick<Options, 'config'>,
  surroundings: Surroundings,
): Promise<void> {
  const grip = gripOn(app, options, surroundings)
  const orphans = (await findOrphans(grip, namespace)).filter(({ isSuspected }) => !isSuspected)
  for (const orphan of orphans) surroundings.print.note(`ended ${nameOf(orphan)}`)
  await endOrphans(grip, namespace, { reason: 'it ran on without its loop' })
}

type Action = 'killed' | 'skipped' | 'failed'
type Seen = { readonly orphan: Orphan; readonly action: Action }

/** `kill --orphans` and `processes clean`. Loops that do not answer keep their agents unless it is forced. */
export async function showOrphansCleaned(
  app: App,
  options: Options,
  surroundings: Surroundings,
): Promise<number> {
  const { print } = surroundings
  const grip = gripOn(app, options, surroundings)
  const { namespace = null, force = false, dryRun = false } = options
  const orphans = await findOrphans(grip, namespace)
  if (!dryRun) {
    await endOrphans(grip, namespace, { reason: 'it ran on without its loop', evenSuspected: force })
    await writeScriptFiles(app, grip.processes, null)
  }
  const left = new Set(dryRun ? [] : (await findOrphans(grip, namespace)).map(({ key }) => key))
  const seen = orphans.map((orphan): Seen => {
    const isSpared = dryRun || (orphan.isSuspected && !force)
    return { orphan, action: isSpared ? 'skipped' : left.has(orphan.key) ? 'failed' : 'killed' }
  })
  if (options.json) print.json(answer(app, seen))
  else show(seen, { force, dryRun }, surroundings)
  return seen.some(({ action }) => action === 'failed') ? 6 : 0
}

function show(
  seen: readonly Seen[],
  { force, dryRun }: { readonly force: boolean; readonly dryRun: boolean },
  { print }: Surroundings,
): void {
  if (seen.length === 0) print.line('No agent runs without its loop.')
  for (const { orphan, action } of seen) {
    const name = nameOf(orphan)
    if (action === 'failed') print.warn(`${name} does not end`)
    else if (action === 'killed') print.line(`ended ${name}`)
    else if (dryRun && (force || !orphan.isSuspected)) print.line(`would end ${name}`)
    else print.line(`left ${name}: ${reasonOf(orphan)}; end it with --force`)
  }
}

function answer(app: App, seen: readonly Seen[]) {
  const now = app.clock.now().getTime()
  const count = (wanted: Action) => seen.filter(({ action }) => action === wanted).length
  return {
    schema: 'loopwork/orphans@1',
    orphans: seen.map(({ orphan, action }) => {
      const { pid, agent, namespace, task, since, isSuspected } = orphan
      const ageMs = now - new Date(since).getTime()
      return {
        pid,
        command: agent,
        age: duration(ageMs),
        ageMs,
        classification: isSuspected ? 'suspected' : 'confirmed',
        reason: reasonOf(orphan),
        cwd: app.projectRoot,
        action,
        namespace,
        task,
      }
    }),
    summary: { killed: count('killed'), skipped: count('skipped'), failed: count('failed') },
    failures: seen.flatMap(({ orphan: { pid }, action }) =>
      action === 'failed' ? [{ pid, error: 'it does not end' }] : [],
    ),
  }
}

function reasonOf({ namespace, isSuspected }: Orphan): string {
  return isSuspected ? `the loop of ${namespace} does not answer` : `the loop of ${namespace} is gone`
}

function nameOf({ pid, agent, task, namespace }: Orphan): string {
  return `process ${pid} (${agent} at ${task}, namespace ${namespace})`
}
