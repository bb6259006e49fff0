import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { LoopworkError } from '../../errors.ts'
import type { NewTask } from '../../ports/backlog.ts'
import { asText, type Item, isId, itemsIn } from './checklist.ts'
import { replaceText } from './replace-text.ts'

/** Refuses what cannot be added. */
export function assertSound(
  { title, id, parent, dependsOn = [] }: NewTask,
  items: readonly Item[],
  name: string,
): void {
  const ids = new Set(items.map(({ task }) => task.id))
  if (title.trim() === '' || /[\r\n]/.test(title)) {
    throw new LoopworkError('invalid', 'a task needs a title of one line', {
      hint: 'Say in a few words what is to be done; the rest goes into the description.',
    })
  }
  if (id !== undefined && (ids.has(id) || !isId(id))) {
    const why = ids.has(id) ? 'is taken' : 'must be letters, digits, dots, dashes and underscores'
    throw new LoopworkError(ids.has(id) ? 'rejected' : 'invalid', `the id ${JSON.stringify(id)} ${why}`, {
      hint: 'Choose another, or leave it out.',
    })
  }
  const unknown = [...(parent ? [parent] : []), ...dependsOn].find((other) => !ids.has(other))
  if (unknown === undefined) return
  throw new LoopworkError('not_found', `there is no task ${unknown} in ${name}`, {
    hint: `Add ${unknown} first, or name a task that is there.`,
  })
}

/** The id of the item that was added under a key; null if there is none. */
export function idUnderKey(
  key: string,
  items: readonly Item[],
  textOf: (item: Item) => string,
): string | null {
  const tag = keyTag(key)
  const found = items.find((item) => textOf(item).includes(tag))
  return found?.task.id ?? null
}

/** A key may be any text: its digest fits into the line. */
function keyTag(key: string): string {
  return `@key(${createHash('sha256').update(key).digest('hex').slice(0, 16)})`
}

/** Puts the item at the end of the file, or below what it is a part of. */
export function addItem(task: NewTask, items: readonly Item[], last: string, projectRoot: string): string {
  const parent = items.find((item) => item.task.id === task.parent)
  const file = parent ? resolve(projectRoot, parent.file) : last
  const lines = readFileSync(file, { encoding: 'utf8', flag: 'a+' }).replace(/\n$/, '').split('\n')
  const above = parent ? (lines[parent.line - 1] ?? '') : ''
  const indent = parent ? `${/^\s*/.exec(above)?.[0]}  ` : ''
  const id = task.id ?? freeId(task.title, items)
  const tags = [
    ...(task.priority ? [`@${task.priority}`] : []),
    ...(task.feature ? [`@feature(${task.feature})`] : []),
    ...(task.key === undefined ? [] : [keyTag(task.key)]),
    ...(task.dependsOn?.length ? [`@after(${task.dependsOn.join(', ')})`] : []),
    `{#${id}}`,
  ]
  const text = asText(task.description ?? '').map((line) => `${indent}  ${line}`.trimEnd())
  const entry = [`${indent}- [ ] ${task.title.trim()} ${tags.join(' ')}`, ...(task.description ? text : [])]
  const siblings = items.filter(({ file: other }) => resolve(projectRoot, other) === file)
  const next = siblings.find(
    ({ line, task: one }) => line > (parent?.line ?? 0) && !isWithin(one.parent, parent, items),
  )
  lines.splice(parent && next ? next.line - 1 : lines.length, 0, ...entry)
  replaceText(file, `${lines.join('\n').replace(/^\n+/, '')}\n`)
  return id
}

function isWithin(parent: string | null, item: Item | undefined, items: readonly Item[]): boolean {
  if (parent === null) return false
  if (parent === item?.task.id) return true
  return isWithin(items.find(({ task }) => task.id === parent)?.task.parent ?? null, item, items)
}

function freeId(title: string, items: readonly Item[]): string {
  const ids = new Set(items.map(({ task }) => task.id))
  const [base] = itemsIn('', `- [ ] ${title}`).map(({ task }) => task.id)
  for (let nth = 2, id = base ?? 'task'; ; nth += 1, id = `${base}-${nth - 1}`) if (!ids.has(id)) return id
}
