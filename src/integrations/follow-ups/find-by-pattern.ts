import type { Priority } from '../../events/shapes.ts'
import { type Finding, sameness, titleOf } from './finding.ts'

/** A phrase by which agents say that something is left, and what it makes of the words that follow. */
type Phrase = {
  readonly pattern: RegExp
  readonly priority: Priority
  readonly name: (words: string) => string
}

const asItIs = (words: string): string => words

/** Phrases with their words behind them, on one line. */
const phrases: readonly Phrase[] = [
  { pattern: /(?:^|\s)TODO(?:\([^)]*\))?:\s+(.+)/, priority: 'medium', name: asItIs },
  { pattern: /(?:^|\s)FIXME(?:\([^)]*\))?:\s+(.+)/, priority: 'high', name: (words) => `Fix: ${words}` },
  { pattern: /^prerequisites?:\s+(.+)/i, priority: 'high', name: asItIs },
  {
    pattern: /^(?:next steps?|follow[- ]?ups?|still to do|remaining):\s+(.+)/i,
    priority: 'medium',
    name: asItIs,
  },
  {
    pattern: /^(?:partial(?:ly (?:done|implemented|completed?))?|wip|work in progress|incomplete):\s+(.+)/i,
    priority: 'high',
    name: (words) => `Finish: ${words}`,
  },
  {
    pattern: /\bconsider adding:?\s+(.+)/i,
    priority: 'low',
    name: (words) => `Add ${words.replace(/[.;].*$/, '')}`,
  },
]

/** Headings under which a list of them stands. */
const headings: readonly { readonly pattern: RegExp; readonly priority: Priority }[] = [
  {
    pattern:
      /^(?:recommended |suggested )?(?:next steps?|follow[- ]?ups?(?: tasks?| work)?|still to do|remaining(?: work| tasks?)?):?$/i,
    priority: 'medium',
  },
  { pattern: /^prerequisites?:?$/i, priority: 'high' },
]

/**
 * What an agent has said of what is left to be done, found by set phrases: TODO, FIXME, next steps, follow-ups,
 * prerequisites, what is only partly done, and what one might consider adding. Neither code that it shows nor
 * what it was told itself counts.
 */
export function findByPattern(said: string, prompt: string): readonly Finding[] {
  const told = new Set(prompt.split('\n').map(plainLine))
  const found = new Map<string, Finding>()
  let under: Priority | null = null
  for (const line of withoutCode(said)) {
    const text = plainLine(line)
    if (text === '') continue
    const heading = headings.find(({ pattern }) => pattern.test(text))
    under = heading?.priority ?? (listMark.test(line) ? under : null)
    if (heading || told.has(text) || isTicked(line)) continue
    const finding = byPhrase(text) ?? byHeading(text, under)
    if (finding && !found.has(sameness(finding.title))) found.set(sameness(finding.title), finding)
  }
  return [...found.values()]
}

/** An item of the list under a heading. */
function byHeading(text: string, under: Priority | null): Finding | null {
  return under && made(text, text, under)
}

const listMark = /^\s*(?:[-*+•]|\d+[.)])\s+/

function isTicked(line: string): boolean {
  return /^\s*[-*+]\s+\[[xX]\]/.test(line)
}

/** A line without what only formats it. */
function plainLine(line: string): string {
  return line
    .replace(listMark, '')
    .replace(/^\s*(?:#+|\/\/+|\/\*+|<!--|\[ \])\s*/, '')
    .replace(/\*\*|__/g, '')
    .replace(/\s*(?:\*\/|-->)\s*$/, '')
    .trim()
}

function byPhrase(text: string): Finding | null {
  for (const { pattern, priority, name } of phrases) {
    const words = pattern.exec(text)?.[1]
    if (words !== undefined && titleOf(words)) return made(name(words), text, priority)
  }
  return null
}

function made(words: string, line: string, priority: Priority): Finding | null {
  const title = titleOf(words)
  return title ? { title, description: line, priority } : null
}

/** The lines outside of fences, and without quotations. */
function withoutCode(said: string): string[] {
  let fence: string | null = null
  return said.split('\n').filter((line) => {
    const mark = /^\s*(`{3,}|~{3,})/.exec(line)?.[1]
    if (mark !== undefined && (fence === null || mark.startsWith(fence))) {
      fence = fence === null ? mark : null
      return false
    }
    return fence === null && !/^\s*>/.test(line)
  })
}
