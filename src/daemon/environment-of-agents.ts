/** Credentials of services that only loopwork itself talks to; no agent needs them. */
const ours =
  /^(TELEGRAM_BOT_TOKEN|TELEGRAM_CHAT_ID|DISCORD_WEBHOOK_URL|SLACK_WEBHOOK_URL|ASANA_ACCESS_TOKEN|EVERHOUR_API_KEY|TODOIST_API_TOKEN)$/

/**
 * The environment that agents and checks are started with: that of the user, without loopwork's own settings
 * and without the credentials of the services that it tells.
 */
export function environmentOfAgents(env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !ours.test(name) && !name.startsWith('LOOPWORK_')),
  )
}
