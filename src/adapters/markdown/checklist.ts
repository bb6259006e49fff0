import { LoopworkError } from '../../errors.ts'
import type { Priority } from '../../events/shapes.ts'
import type { BacklogStatus, BacklogTask } from '../../ports/backlog.ts'

/** What stands in the brackets of an item. */
const marks: Readonly<Record<string, BacklogStatus>> = {
  ' ': 'pending',
  '/': 'in-progress',
  x: 'completed',
  X: 'completed',
  '!': 'failed',
  '-': 'cancelled',
  '>': 'skipped',
  '?': 'held',
}

const markOf = new Map(Object.entries(marks).map(([mark, status]) => [status, mark.toLowerCase()]))

/** One item of a checklist, and where it stands. */
export type Item = {
  readonly task: BacklogTask
  readonly file: string
  /** Counted from 1. */
  readonly line: number
  /** Place of the mark in the text of the file. */
  readonly offset: number
  /** The lines below it that belong to it, without their indentation. */
  readonly text: string
}

const itemPattern = /^(\s*)(?:[-*+]|\d+[.)]) \[(.)\] +(.*)$/u
const idPattern = /^[\p{L}\p{N}\p{M}_.-]+$/u
const fencePattern = /^\s*(```|~~~)/

/** Reads the items of a file. An item is a part of the one that it is indented below. */
export function itemsIn(file: string, text: string, usual: Priority = 'medium'): Item[] {
  const items: { -readonly [Key in keyof Item]: Item[Key] }[] = []
  const above: { indent: number; id: string }[] = []
  let offset = 0
  for (const { line, nth, isCode } of linesOf(text)) {
    const found = isCode ? null : itemPattern.exec(line.replace(/\r$/, ''))
    if (found) {
      const [, blank = '', mark = ' ', words = ''] = found
      const indent = blank.replaceAll('\t', '    ').length
      while ((above.at(-1)?.indent ?? -1) >= indent) above.pop()
      const place = { file, line: nth + 1, offset: offset + line.indexOf('[') + 1 }
      const task = taskOf(words, mark, above.at(-1)?.id ?? null, { ...place, usual })
      items.push({ task, ...place, text: '' })
      above.push({ indent, id: task.id })
    } else describe(items, above, line)
    offset += line.length + 1
  }
  return items.map((item) => ({ ...item, text: item.text.trim() }))
}

/** A line below an item belongs to it while it is indented or empty; any other ends the list. */
function describe(items: { text: string }[], above: unknown[], line: string): void {
  const item = items.at(-1)
  if (!item || above.length === 0) return
  if (/^\s/.test(line) || line.trim() === '') item.text += `${line.trim()}\n`
  else above.length = 0
}

/** The lines of a text, and whether each stands in a block of code. */
function linesOf(text: string): { line: string; nth: number; isCode: boolean }[] {
  let isCode = false
  return text.split('\n').map((line, nth) => {
    const isFence = fencePattern.test(line)
    if (isFence) isCode = !isCode
    return { line, nth, isCode: isCode || isFence }
  })
}

type Place = Pick<Item, 'file' | 'line'> & { readonly usual: Priority }

function taskOf(words: string, mark: string, parent: string | null, place: Place): BacklogTask {
  const status = marks[mark]
  if (!status) {
    throw new LoopworkError('invalid', `${place.file}:${place.line}: [${mark}] is no status`, {
      hint: 'Use [ ] pending, [/] in progress, [x] done, [!] failed, [-] cancelled, [>] skipped, [?] kept back.',
    })
  }
  const title = words
    .replace(/\s*(\{#[^}]*\}|@(high|medium|low|background)\b|@(after|feature|key)\([^)]*\))/g, '')
    .trim()
  const given = /\{#([^}]*)\}/.exec(words)?.[1]
  if (given !== undefined && !isId(given)) {
    throw new LoopworkError('invalid', `${place.file}:${place.line}: {#${given}} is no id`, {
      hint: 'An id is made of letters, digits, dots, dashes and underscores.',
    })
  }
  const id = given ?? slugOf(title)
  if (id === '') {
    throw new LoopworkError('invalid', `${place.file}:${place.line}: the item has no text to name it by`, {
      hint: 'Say what is to be done, or give it an id: {#some-id}.',
    })
  }
  const after = /@after\(([^)]*)\)/.exec(words)?.[1] ?? ''
  return {
    id,
    title,
    status,
    priority: (/@(high|medium|low|background)\b/.exec(words)?.[1] as Priority | undefined) ?? place.usual,
    feature: /@feature\(([^)]*)\)/.exec(words)?.[1]?.trim() || null,
    parent,
    dependsOn: [...new Set(after.split(/[\s,]+/).filter((word) => word !== ''))],
    metadata: { file: place.file, line: place.line },
  }
}

/** A title as an id: `Fix the login!` is `fix-the-login`. */
function slugOf(title: string): string {
  return title
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '') // accents; the marks of other scripts are parts of their words
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 80)
}

/** Whether an item can be named like this. */
export function isId(text: string): boolean {
  return idPattern.test(text)
}

/** A text as it can stand below an item: nothing in it is an item, or goes on as code behind it. */
export function asText(text: string): string[] {
  const lines = linesOf(text)
  const whole = lines.map(({ line, isCode }) =>
    isCode || !itemPattern.test(line) ? line : line.replace(/\[/, '\\['),
  )
  return lines.filter(({ line }) => fencePattern.test(line)).length % 2 === 0 ? whole : [...whole, '```']
}

/** The text with another mark at one place. */
export function withMark(text: string, offset: number, status: BacklogStatus): string {
  return text.slice(0, offset) + (markOf.get(status) ?? ' ') + text.slice(offset + 1)
}
