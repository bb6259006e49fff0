import type { InitPlan } from './plan.ts'

/** The text of the configuration. Secrets stay in the environment: it only names the variables. */
export function configFileOf(plan: InitPlan): string {
  const backend = backendOf(plan)
  const wrappers = [
    backend,
    ...(plan.dailyBudgetUsd === null ? [] : [costTracking(plan.dailyBudgetUsd)]),
    ...(plan.telegram ? [telegram] : []),
    ...(plan.discord ? [discord] : []),
  ]
  const [first = '', ...others] = wrappers.map(({ name }) => name)
  const imports = ['compose', 'defineConfig', ...others].sort()
  return `import { ${imports.join(', ')} } from 'loopwork'
import { ${first} } from 'loopwork/backends'

export default compose(
${wrappers.map(({ call }) => indent(call)).join('\n')}
)(
  defineConfig({
    cli: ${quote(plan.cli)},
    maxIterations: 50,
    // A command that must succeed before a task counts as done:
    // verify: 'npm test',
  }),
)
`
}

type Wrapper = { readonly name: string; readonly call: string }

function backendOf({ backend }: InitPlan): Wrapper {
  if (backend.kind === 'json') {
    const tasksFile = `${backend.tasksDir}/tasks.json`
    return { name: 'withJSONBackend', call: `withJSONBackend({ tasksFile: ${quote(tasksFile)} }),` }
  }
  if (backend.kind === 'markdown') {
    return { name: 'withMarkdownBackend', call: `withMarkdownBackend({ path: ${quote(backend.path)} }),` }
  }
  const options = backend.repo === null ? '' : `{ repo: ${quote(backend.repo)} }`
  return { name: 'withGitHubBackend', call: `withGitHubBackend(${options}),` }
}

function costTracking(dailyBudgetUsd: number): Wrapper {
  return {
    name: 'withCostTracking',
    call: `withCostTracking({ dailyBudget: ${dailyBudgetUsd}, alertThreshold: 0.8 }),`,
  }
}

const telegram: Wrapper = {
  name: 'withTelegram',
  call: `withTelegram({
  botToken: process.env.TELEGRAM_BOT_TOKEN,
  chatId: process.env.TELEGRAM_CHAT_ID,
}),`,
}

const discord: Wrapper = {
  name: 'withDiscord',
  call: `withDiscord({
  webhookUrl: process.env.DISCORD_WEBHOOK_URL,
}),`,
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ')
}

function quote(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
}
