import type { Secret } from '../ports/secret.ts'

/** Names of variables that hold what must not be shown. */
const telling =
  /(^|_)(TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?|API_?KEY|ACCESS_KEY|PRIVATE_KEY|WEBHOOK_URL)$/i
/** Shorter values would be found in every second word. */
const shortest = 8

/** The secrets in an environment, the longest first: one may hold another. */
export function secretsIn(env: Readonly<Record<string, string>>): Secret[] {
  return Object.entries(env)
    .filter(([name, value]) => telling.test(name) && value.trim().length >= shortest)
    .map(([name, value]) => ({ name, value: value.trim() }))
    .sort((a, b) => b.value.length - a.value.length)
}
