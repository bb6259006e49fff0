import type {
  CliExecutorConfig,
  ConfigWrapper,
  ModelConfig,
  RetryConfig,
  SelectionStrategy,
  VerifyInput,
} from './loopwork-config.ts'

/** Which agents and models are used, and how. Adds to what was said before. */
export function withCli(options: CliExecutorConfig): ConfigWrapper {
  return (config) => ({ ...config, cliConfig: { ...config.cliConfig, ...options } })
}

/** The models that tasks are given to, and those that step in when they cannot. */
export function withModels(options: {
  readonly models: readonly ModelConfig[]
  readonly fallbackModels?: readonly ModelConfig[] | undefined
  readonly strategy?: SelectionStrategy | undefined
}): ConfigWrapper {
  const { models, fallbackModels, strategy } = options
  return withCli({
    models,
    ...(fallbackModels ? { fallbackModels } : {}),
    ...(strategy ? { selectionStrategy: strategy } : {}),
  })
}

/** How failures are met. Adds to what was said before. */
export function withRetry(retry: RetryConfig): ConfigWrapper {
  return (config) => withCli({ retry: { ...config.cliConfig?.retry, ...retry } })(config)
}

/** Where the agents' programs are. Adds to what was said before. */
export function withCliPaths(paths: Readonly<Record<string, string | undefined>>): ConfigWrapper {
  return (config) => withCli({ cliPaths: { ...config.cliConfig?.cliPaths, ...paths } })(config)
}

/** In which order the models are used. */
export function withSelectionStrategy(selectionStrategy: SelectionStrategy): ConfigWrapper {
  return withCli({ selectionStrategy })
}

/** The command that must exit with 0 before a task counts as done. */
export function withVerify(verify: VerifyInput): ConfigWrapper {
  return (config) => ({ ...config, verify })
}
