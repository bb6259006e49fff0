import * as z from 'zod/mini'
import { isObject } from './is-object.ts'

/** Longest time that a timer of Node can wait, in seconds: about 24 days. */
export const longestSeconds = 2_147_483

/** The form of a namespace: it is a folder's name, too. */
export const namespacePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

/** What a namespace may be, for a reader who gave another. */
export const namespaceRule =
  'up to 64 letters, digits, dots, dashes and underscores, the first a letter or a digit'

/** The form of a GitHub repository's name. */
export const repoPattern = /^[A-Za-z0-9][A-Za-z0-9-]*\/[A-Za-z0-9._-]+$/

// The `error` of each of these completes the sentence "<key> must be …".

export const text = z.string({ error: 'text' }).check(z.minLength(1, { error: 'text that is not empty' }))

export const flag = z.boolean({ error: 'true or false' })

export function whole(from: number, to = Number.MAX_SAFE_INTEGER) {
  const rule =
    to === Number.MAX_SAFE_INTEGER ? `a whole number from ${from}` : `a whole number from ${from} to ${to}`
  return z.int({ error: rule }).check(z.minimum(from, { error: rule }), z.maximum(to, { error: rule }))
}

export function amount(rule: string, from: number, to = Number.MAX_VALUE) {
  return z.number({ error: rule }).check(z.minimum(from, { error: rule }), z.maximum(to, { error: rule }))
}

const secondsRule = `a number of seconds above 0 and up to ${longestSeconds}`
export const seconds = z
  .number({ error: secondsRule })
  .check(z.positive({ error: secondsRule }), z.maximum(longestSeconds, { error: secondsRule }))

export const milliseconds = whole(0, longestSeconds * 1000)

export function oneOf<const Names extends readonly string[]>(names: Names) {
  return z.enum(names, { error: names.map((name) => JSON.stringify(name)).join(' or ') })
}

const webRule = 'an address such as https://github.example.com/api/v3'
export const webAddress = z
  .string({ error: webRule })
  .check(z.regex(/^https?:\/\/[^\s/]+/, { error: webRule }))

export const texts = z.array(text, { error: 'a list of text' })

/** Kept as it is, whatever it holds. */
export const options = z.custom<Readonly<Record<string, unknown>>>(isObject, { error: 'an object' })
