import type { Priority } from '../../events/shapes.ts'

/** Something that was left to be done, before anybody has decided what becomes of it. */
export type Finding = {
  readonly title: string
  readonly description: string
  readonly priority: Priority | null
  /** Whether it is a part of the task; undefined: as the options have it. */
  readonly isPart?: boolean | undefined
  readonly dependsOn?: readonly string[] | undefined
}

const longestTitle = 120

/** The words of a finding as a title: one line, not too long; null where it says nothing. */
export function titleOf(words: string): string | null {
  const line = words
    .replace(/\*\*|__/g, '')
    .replace(/\s+/g, ' ')
    .trim()
  const bare = line.replace(/[\s.;,:]+$/, '')
  if (/^(none|nothing|n\/?a|no|-+)\b[^a-z]*$/i.test(bare) || !/\p{L}{3}/u.test(bare)) return null
  if (bare.length <= longestTitle) return bare
  const cut = bare.slice(0, longestTitle - 1)
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), longestTitle / 2))}…`
}

/** Two findings with the same of these are one. */
export function sameness(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}
