import { NEVER } from 'rxjs'
import { enabledIntegrations } from '../config/integrations.ts'
import type { LoopworkConfig } from '../config/loopwork-config.ts'
import type { PluginContext } from '../config/plugin-context.ts'
import { asFailure } from '../errors.ts'

type Env = Readonly<Record<string, string>>

/** An integration that is switched on, and what it lacks; null where it lacks nothing that can be seen from here. */
export type IntegrationNeed = { readonly name: string; readonly problem: string | null }

/** Sets the integrations up where nothing ever happens, to hear what they lack. Nothing is sent. */
export async function integrationNeeds(config: LoopworkConfig, env: Env): Promise<IntegrationNeed[]> {
  const { integrationsOf } = await import('../integrations/integrations.ts')
  const plugins = await integrationsOf(config, enabledIntegrations(config, env), {
    followUps: null,
    monitor: null,
  })
  return Promise.all(
    plugins.map(async ({ name, setup }) => {
      let problem: string | null = null
      const heard = (what: string): void => {
        problem = what
      }
      try {
        await setup?.(emptyStage(config, env, heard))
      } catch (thrown) {
        heard(asFailure(thrown).message)
      }
      return { name, problem }
    }),
  )
}

function emptyStage(config: LoopworkConfig, env: Env, unconfigured: (what: string) => void): PluginContext {
  const nothing = async (): Promise<undefined> => undefined
  return {
    ...{ namespace: '', config, env, unconfigured },
    events$: NEVER,
    durable: () => undefined,
    ask: async () => ({ accepted: false, problem: 'nothing runs here' }),
    describe: async () => null,
    tasks: async () => [],
    log: { info: nothing, warn: nothing, error: nothing },
    signal: AbortSignal.abort(), // over before it began: no bot listens
    store: { get: nothing, set: nothing, delete: nothing },
  }
}
