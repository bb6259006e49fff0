/** What `loopwork init` is to set up. */
export type InitPlan = {
  readonly backend:
    | { readonly kind: 'json'; readonly tasksDir: string }
    /** `repo` null: that of the working copy. */
    | { readonly kind: 'github'; readonly repo: string | null }
    | { readonly kind: 'markdown'; readonly path: string }
  readonly cli: string
  /** Dollars; null: costs are not tracked. */
  readonly dailyBudgetUsd: number | null
  readonly telegram: boolean
  readonly discord: boolean
  /** Whether a configuration that is there already may be replaced. */
  readonly overwriteConfig: boolean
  readonly templates: boolean
  readonly gitignore: boolean
  readonly readme: boolean
}

/** What is set up where nobody is asked. */
export const defaultPlan: InitPlan = {
  backend: { kind: 'json', tasksDir: '.specs/tasks' },
  cli: 'claude',
  dailyBudgetUsd: 10,
  telegram: false,
  discord: false,
  overwriteConfig: false,
  templates: true,
  gitignore: true,
  readme: true,
}
