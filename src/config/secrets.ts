import type { Secret } from '../ports/secret.ts'
import { isObject } from './is-object.ts'

type Variables = Readonly<Record<string, string>>

/** Names of what must not be shown, whatever it is. */
const telling =
  /TOKEN$|(^|_)SECRET$|PASSWORD$|PASSWD$|PASSPHRASE$|(^|_)PASS$|._PWD$|API_?KEY$|(ACCESS|SECRET|PRIVATE|ENCRYPTION|SIGNING)_KEY$|(^|_)WEBHOOK_URL$|(^|_)AUTHORIZATION$/
/** Names of what may as well be a file that holds a secret, or the name of a column. */
const hinting = /(^|_)(KEY|CREDENTIALS?|AUTH)$/
/** Shorter values would be found in every second word. */
const shortest = 8
const shortestHinted = 12
const switches = /^(true|false|yes|no|on|off|none|null|undefined|enabled|disabled|required|optional)$/i
const path = /^(~|\.{1,2}|[A-Za-z]:|file:)?[\\/]/
/** A configuration is no deeper than that where it holds secrets. */
const deepest = 6

/** The secrets in an environment, the longest first: one may hold another. */
export function secretsIn(env: Variables): Secret[] {
  return longestFirst(Object.entries(env).flatMap(([name, value]) => secretIn(name, value)))
}

/** The secrets that a configuration holds: what it hands to agents, and what it shows to services. */
export function secretsInConfig(config: unknown): Secret[] {
  return longestFirst(within(config, '', deepest))
}

/** Those of a configuration and of the environment together. */
export function secretsOf({ secrets }: { readonly secrets: readonly Secret[] }, env: Variables): Secret[] {
  const all = [...secretsIn(env), ...secrets]
  return longestFirst(all.filter(({ value }, nth) => all.findIndex((one) => one.value === value) === nth))
}

function longestFirst(secrets: readonly Secret[]): Secret[] {
  return [...secrets].sort((a, b) => b.value.length - a.value.length)
}

function within(value: unknown, parent: string, depth: number): Secret[] {
  if (Array.isArray(value)) return depth === 0 ? [] : value.flatMap((item) => within(item, parent, depth - 1))
  if (!isObject(value) || depth === 0) return []
  return Object.entries(value).flatMap(([key, item]) => {
    const name = variableOf(key)
    const isOwn = key === name // as in the environment that an agent is given
    if (typeof item === 'string') return secretIn(isOwn || parent === '' ? name : `${parent}_${name}`, item)
    return within(item, name, depth - 1)
  })
}

/** `botToken` and `X-Api-Key` as a variable would be called. */
function variableOf(key: string): string {
  return key
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toUpperCase()
}

function secretIn(variable: string, text: string): Secret[] {
  const name = variable.toUpperCase()
  const value = text.trim().replace(/^(Bearer|Basic|Token) +/i, '')
  if (switches.test(value)) return []
  const isPath = path.test(value) && !/PASS|PWD|SECRET|ACCESS_KEY/.test(name) // these may well begin like one
  if (isPath) return []
  if (telling.test(name)) return value.length >= shortest ? [{ name: variable, value }] : []
  const isRandom = value.length >= shortestHinted && /\d/.test(value) && /[A-Za-z]/.test(value)
  return hinting.test(name) && isRandom ? [{ name: variable, value }] : []
}
