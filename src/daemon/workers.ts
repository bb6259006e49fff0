import { claude } from '../adapters/agents/claude.ts'
import { codex } from '../adapters/agents/codex.ts'
import { commandAgent } from '../adapters/agents/command.ts'
import { gemini } from '../adapters/agents/gemini.ts'
import { createLocator } from '../adapters/agents/locate.ts'
import { opencode } from '../adapters/agents/opencode.ts'
import type { Settings } from '../config/settings.ts'
import { LoopworkError } from '../errors.ts'
import type { Agent } from '../ports/agent.ts'
import type { Worker } from '../runtime/house.ts'

/** The agents of a run, and those that may be needed to read what an earlier run started. */
export type Workers = {
  readonly pool: readonly Worker[]
  readonly readers: readonly Worker[]
  /** Agents of the pool that are not there, each with what is missing. */
  readonly missing: readonly string[]
}

/** Where agents are looked for. */
type Machine = {
  readonly env: Readonly<Record<string, string>>
  readonly home: string
  readonly isRoot: boolean
}

/** The agent that is asked what is no task: the one with this model, or else the first of the pool. */
export async function findAdviser(
  settings: Settings,
  machine: Machine,
  model: string | null = null,
): Promise<Worker> {
  const { pool } = await findWorkers(settings, machine)
  const worker = (model === null ? undefined : pool.find((one) => one.model === model)) ?? pool[0]
  if (worker) return model === null ? worker : { ...worker, model }
  throw new LoopworkError('unavailable', 'no agent is there to be asked', { hint: 'See `loopwork doctor`.' })
}

/** Finds the programs of the configured agents. Fails with `unavailable` if none of them is there. */
export async function findWorkers(settings: Settings, machine: Machine): Promise<Workers> {
  const locate = createLocator({ env: machine.env, cliPaths: settings.cliPaths, home: machine.home })
  const adapterOf = (agent: string, args: readonly string[]) =>
    agentOf(agent, ownCommand(settings, agent), {
      binary: () => locate(ownCommand(settings, agent)?.file ?? agent),
      args,
      isRoot: machine.isRoot,
      userHome: machine.env.GEMINI_CLI_HOME ?? machine.home,
      configContent: machine.env.OPENCODE_CONFIG_CONTENT,
    })

  const problems: LoopworkError[] = []
  const pool: Worker[] = []
  for (const entry of settings.pool) {
    const { agent, model, timeoutMs, costWeight, isFallback, env, args } = entry
    try {
      await assertThere(settings, agent, locate)
      pool.push({ agent, model, timeoutMs, costWeight, isFallback, env, adapter: adapterOf(agent, args) })
    } catch (thrown) {
      if (!(thrown instanceof LoopworkError)) throw thrown
      problems.push(thrown)
    }
  }
  if (pool.length === 0 && problems[0]) throw problems[0]

  const readers = ['claude', 'codex', 'gemini', 'opencode', 'command'].map((agent): Worker => {
    const terms = { model: null, timeoutMs: settings.timeoutMs, costWeight: 0, isFallback: true, env: {} }
    return { agent, ...terms, adapter: readerOf(agent) }
  })
  return { pool, readers, missing: problems.map(({ message }) => message) }
}

async function assertThere(
  settings: Settings,
  agent: string,
  locate: (cli: string) => Promise<string>,
): Promise<void> {
  const own = ownCommand(settings, agent)
  if (own) await locate(own.file)
  else if (agent !== 'command') await locate(agent)
  else {
    throw new LoopworkError('invalid', 'the agent "command" needs a command', {
      hint: "Set `command: { file: 'my-agent', args: [] }` in loopwork.config.ts.",
    })
  }
}

type Start = {
  readonly binary: () => Promise<string>
  readonly args: readonly string[]
  readonly isRoot: boolean
  readonly userHome: string
  readonly configContent: string | undefined
}

function ownCommand({ agents, command }: Settings, agent: string): Settings['command'] {
  return agents[agent] ?? (agent === 'command' ? command : null)
}

/** An agent of which nothing is started: what it printed is read. That depends on its name alone. */
export function readerOf(agent: string): Agent {
  const binary = () => Promise.reject(new Error(`${agent} is only read here`))
  return agentOf(agent, null, { binary, args: [], isRoot: false, userHome: '', configContent: undefined })
}

function agentOf(agent: string, own: Settings['command'], start: Start): Agent {
  switch (agent) {
    case 'claude':
      return claude(start)
    case 'codex':
      return codex(start)
    case 'gemini':
      return gemini(start)
    case 'opencode':
      return opencode(start)
    default:
      return commandAgent({
        name: agent,
        file: own?.file ?? agent,
        args: [...(own?.args ?? []), ...start.args],
        promptAs: own?.prompt ?? 'stdin',
        locate: start.binary,
      })
  }
}
