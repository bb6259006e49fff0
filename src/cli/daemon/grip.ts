import { createSessionFiles } from '../../adapters/files/session-files.ts'
import { createJobs } from '../../adapters/supervisor/jobs.ts'
import { createProcesses } from '../../adapters/supervisor/processes.ts'
import type { App } from '../../app.ts'
import { secretsIn } from '../../config/secrets.ts'
import type { Grip } from '../../daemon/grip.ts'
import { asFailure } from '../../errors.ts'
import { defaultRetry } from '../../machines/retry.ts'
import { maskedFiles } from '../../runtime/masked.ts'
import type { Surroundings } from '../command.ts'
import { openProject } from '../open-project.ts'

/** A grip on all that runs for a project; it starts nothing. */
export function gripOn(
  app: App,
  options: { readonly config?: string | undefined },
  surroundings: Surroundings,
): Grip {
  const { keeperFile, env } = surroundings.io
  const processes = createProcesses()
  const jobs = createJobs({ keeperFile, processes, clock: app.clock, newId: app.newId })
  const files = maskedFiles(createSessionFiles(app.stateDir), secretsIn(env))
  let terms: ReturnType<Grip['terms']> | null = null
  return {
    app,
    processes,
    jobs,
    files,
    terms: () => {
      terms ??= termsOf(options.config, surroundings)
      return terms
    },
  }
}

/** What runs must come to its end even where the configuration is broken. */
async function termsOf(config: string | undefined, surroundings: Surroundings): ReturnType<Grip['terms']> {
  try {
    return (await openProject({ config }, surroundings)).settings
  } catch (thrown) {
    const { message } = asFailure(thrown)
    surroundings.print.warn(
      `prices and retries are the built-in ones, the configuration is broken: ${message}`,
    )
    return { prices: { table: {}, defaultModel: null }, retry: defaultRetry }
  }
}
