import type { App } from '../../app.ts'
import { endOrphans, findOrphans, type Orphan } from '../../daemon/orphans.ts'
import { writeScriptFiles } from '../../daemon/script-files.ts'
import { duration } from '../../projections/wording.ts'
import type { Surroundings } from '../command.ts'
import { gripOn } from './grip.ts'

/** Before a start: ends what runs without a loop, and says what it was. */
export async function cleanOrphans(app: App, namespace: string, { io, print }: Surroundings): Promise<void> {
  const grip = gripOn(app, io)
  for (const orphan of await findOrphans(grip, namespace)) print.note(`ended ${nameOf(orphan)}`)
  await endOrphans(grip, namespace)
}

/** `kill --orphans` and `processes clean`. */
export async function showOrphansCleaned(
  app: App,
  options: { readonly namespace: string | null; readonly dryRun: boolean; readonly json: boolean },
  { io, print }: Surroundings,
): Promise<number> {
  const grip = gripOn(app, io)
  const { namespace, dryRun } = options
  const orphans = await findOrphans(grip, namespace)
  if (!dryRun) {
    await endOrphans(grip, namespace)
    await writeScriptFiles(app, grip.processes, null)
  }
  const left = dryRun ? [] : await findOrphans(grip, namespace)
  const failures = orphans.filter(({ key }) => left.some((other) => other.key === key))
  if (options.json) print.json(answer(app, orphans, failures, dryRun))
  else if (orphans.length === 0) print.line('No agent runs without its loop.')
  else {
    for (const orphan of orphans) print.line(`${dryRun ? 'would end' : 'ended'} ${nameOf(orphan)}`)
    for (const orphan of failures) print.warn(`${nameOf(orphan)} does not end`)
  }
  return failures.length === 0 ? 0 : 6
}

function answer(app: App, orphans: readonly Orphan[], failures: readonly Orphan[], dryRun: boolean) {
  const now = app.clock.now().getTime()
  return {
    schema: 'loopwork/orphans@1',
    orphans: orphans.map(({ pid, agent, namespace, task, since }) => {
      const ageMs = now - new Date(since).getTime()
      return {
        pid,
        command: agent,
        age: duration(ageMs),
        ageMs,
        classification: 'confirmed',
        reason: `the loop of ${namespace} is gone`,
        cwd: app.projectRoot,
        action: dryRun ? 'skipped' : failures.some((other) => other.pid === pid) ? 'failed' : 'killed',
        namespace,
        task,
      }
    }),
    summary: {
      killed: dryRun ? 0 : orphans.length - failures.length,
      skipped: dryRun ? orphans.length : 0,
      failed: failures.length,
    },
    failures: failures.map(({ pid }) => ({ pid, error: 'it does not end' })),
  }
}

function nameOf({ pid, agent, task, namespace }: Orphan): string {
  return `process ${pid} (${agent} at ${task}, namespace ${namespace})`
}
