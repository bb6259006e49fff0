import { LoopworkError } from '../errors.ts'
import type { Candidate } from '../machines/pool.ts'
import type { ModelConfig } from './loopwork-config.ts'
import { nearest } from './nearest.ts'
import { pick, type Sources } from './sources.ts'
import { text } from './values.ts'

/** An agent and a model of it that tasks are given to. */
export type PoolEntry = Candidate & {
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly displayName: string | null
}

/** At least one. */
export type Pool = readonly [PoolEntry, ...PoolEntry[]]

/** The agents that need no configuration. */
export const knownAgents: readonly string[] = ['claude', 'opencode', 'gemini', 'codex']

type Bounds = {
  readonly timeoutMs: number
  /** A limit given as a flag counts for every model. */
  readonly isTimeoutChosen: boolean
  /** The agents that the configuration defines. */
  readonly own: readonly string[]
}

/** Who works: what a flag chooses and nothing else, else the models of the configuration, else its `cli`. */
export function resolvePool(sources: Sources, bounds: Bounds): Pool {
  const cli = pick(sources, { flag: 'cli', schema: text })
  const model = pick(sources, { flag: 'model', schema: text })
  if (cli !== undefined) assertKnown(cli, '--cli', bounds)
  const configured = configuredPool(sources, bounds)
  return cli === undefined && model === undefined
    ? configured
    : [chosen({ cli, model }, configured, sources, bounds)]
}

function configuredPool({ config }: Sources, bounds: Bounds): Pool {
  const { models, fallbackModels = [] } = config.cliConfig ?? {}
  if (config.cli !== undefined) assertKnown(config.cli, 'cli', bounds)
  const entriesOf = (list: readonly ModelConfig[], key: string, isFallback: boolean) =>
    list.flatMap((entry, index) => {
      assertKnown(entry.cli, `cliConfig.${key}[${index}].cli`, bounds)
      return entry.enabled === false ? [] : [entryOf(entry, isFallback, bounds)]
    })
  const primaries = models?.length
    ? entriesOf(models, 'models', false)
    : [entryOf({ cli: config.cli ?? 'claude', model: config.model }, false, bounds)]
  const [first, ...others] = [...primaries, ...entriesOf(fallbackModels, 'fallbackModels', true)]
  if (first) return [first, ...others]
  throw new LoopworkError('invalid', 'cliConfig.models: every model has enabled: false', {
    hint: 'Enable one of them, or choose one with --cli and --model.',
  })
}

/** What the flags choose, on the terms that the configuration has for it, where it has some. */
function chosen(
  { cli, model }: { readonly cli: string | undefined; readonly model: string | undefined },
  configured: Pool,
  { config }: Sources,
  bounds: Bounds,
): PoolEntry {
  const match = configured.find(
    (entry) =>
      (cli === undefined || entry.agent === cli) &&
      (model === undefined || entry.model === model || entry.displayName === model),
  )
  if (match) return { ...match, isFallback: false }
  const agent = cli ?? config.cli ?? configured[0].agent
  const fits = agent === (config.cli ?? 'claude')
  return entryOf({ cli: agent, model: model ?? (fits ? config.model : undefined) }, false, bounds)
}

function entryOf(entry: ModelConfig, isFallback: boolean, { timeoutMs, isTimeoutChosen }: Bounds): PoolEntry {
  const own = entry.timeout === undefined || isTimeoutChosen ? timeoutMs : Math.ceil(entry.timeout * 1000)
  return {
    agent: entry.cli,
    model: entry.model ?? null,
    timeoutMs: own,
    args: entry.args ?? [],
    env: entry.env ?? {},
    costWeight: entry.costWeight ?? 50,
    isFallback,
    displayName: entry.displayName ?? entry.name ?? null,
  }
}

function assertKnown(name: string, place: string, { own }: Bounds): void {
  const known = [...knownAgents, ...own]
  if (known.includes(name)) return
  const meant = nearest(name, known)
  const define =
    name === 'command'
      ? 'Say which program it is with the key command.'
      : `Define it in the configuration: agents: { ${JSON.stringify(name)}: 'program …' }.`
  throw new LoopworkError(
    'invalid',
    `${place} must be ${known.map((agent) => JSON.stringify(agent)).join(' or ')}, found ${JSON.stringify(name)}`,
    { hint: meant === null ? define : `Did you mean ${meant}? ${define}` },
  )
}
