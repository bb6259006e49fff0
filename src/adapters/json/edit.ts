import type { Node } from 'jsonc-parser'
import type { BacklogStatus } from '../../ports/backlog.ts'
import { type Document, parseDocument, taskListOf } from './document.ts'
import type { Source } from './source.ts'
import { wordOf } from './status.ts'

/** The document with another status of one task; nothing else in its text changes. */
export function withStatus(document: Document, index: number, status: BacklogStatus): Document {
  const offset = document.statusOffsets[index] ?? -1
  const length = document.statusLengths[index] ?? 0
  const value = JSON.stringify(wordOf[status])
  if (offset < 0) return withStatusAdded(document, index, value)
  const text = document.text.slice(0, offset) + value + document.text.slice(offset + length)
  const tasks = document.tasks.slice()
  const task = tasks[index]
  if (task) tasks[index] = { ...task, status }
  return { ...document, text, tasks, ...movedPlaces(document, index, value.length) }
}

/** The document with one more task at the end of its list. */
export function withTask(document: Document, entry: Readonly<Record<string, unknown>>): Document {
  const list = taskListOf(document)
  const { text } = document
  const last = list.children?.at(-1)
  const end = list.offset + list.length - 1 // of the closing bracket
  const style = styleOf(text, list, last)
  const value = inStyle(entry, style)
  const lastEnd = last ? last.offset + last.length : list.offset + 1
  const between = text.slice(lastEnd, end).trimEnd()
  const needsNewLine = between.includes('//') && style.item === ''
  const edited =
    text.slice(0, lastEnd) +
    (last ? ',' : '') +
    between +
    (needsNewLine ? style.newLine : '') +
    style.item +
    value +
    (last ? text.slice(lastEnd + between.length) : style.close + text.slice(end))
  return parseDocument({ ...sourceOf(document), text: edited })
}

/** Where the statuses stand after one of them has another length. */
function movedPlaces(document: Document, index: number, length: number) {
  const statusOffsets = document.statusOffsets.slice()
  const statusLengths = document.statusLengths.slice()
  const edge = statusOffsets[index] ?? 0
  const delta = length - (statusLengths[index] ?? 0)
  statusLengths[index] = length
  if (delta === 0) return { statusOffsets, statusLengths }
  for (const [place, offset] of statusOffsets.entries()) {
    if (offset > edge) statusOffsets[place] = offset + delta
  }
  return { statusOffsets, statusLengths }
}

/** Puts the missing key right behind the id, set apart like the first key of the entry. */
function withStatusAdded(document: Document, index: number, value: string): Document {
  const { text } = document
  const entry = taskListOf(document).children?.[index]
  const first = entry?.children?.[0]
  const id = entry?.children?.findLast((property) => property.children?.[0]?.value === 'id')
  const [key, idValue] = id?.children ?? []
  if (!entry || !first || !key || !idValue) return document
  const lead = text.slice(entry.offset + 1, first.offset)
  const space = lead.includes('\n') ? lead.slice(newLineBefore(lead)) : ' '
  const colon = text.slice(key.offset + key.length, idValue.offset)
  const end = idValue.offset + idValue.length
  const added = `,${isBlank(space) ? space : ' '}"status"${/^\s*:\s*$/.test(colon) ? colon : ': '}${value}`
  return parseDocument({ ...sourceOf(document), text: text.slice(0, end) + added + text.slice(end) })
}

/** How new text is laid out: what goes before an item, before the closing bracket, and one step in. */
type Style = {
  readonly newLine: string
  readonly item: string
  readonly close: string
  readonly step: string
  readonly isCompact: boolean
}

function styleOf(text: string, list: Node, last: Node | undefined): Style {
  const newLine = text.includes('\r\n') ? '\r\n' : '\n'
  const step = stepOf(text)
  if (!last) {
    const isCompact = !text.trimEnd().includes('\n')
    const close = isCompact ? '' : newLine + indentAt(text, list.offset)
    return { newLine, step, close, item: isCompact ? '' : close + step, isCompact }
  }
  const before = /\s*$/.exec(text.slice(0, last.offset))?.[0] ?? ''
  const item = before.includes('\n') ? before.slice(newLineBefore(before)) : before || ''
  const isCompact = !text.slice(last.offset, last.offset + last.length).includes('\n')
  return { newLine, step, close: '', item, isCompact }
}

function inStyle(entry: Readonly<Record<string, unknown>>, style: Style): string {
  if (style.isCompact) return JSON.stringify(entry)
  const indent = style.item.slice(style.item.lastIndexOf('\n') + 1)
  return JSON.stringify(entry, null, style.step).replaceAll('\n', style.newLine + indent)
}

/** The first indentation in the file; two spaces where there is none. */
function stepOf(text: string): string {
  return /\n([ \t]+)\S/.exec(text)?.[1]?.slice(0, 10) ?? '  '
}

function indentAt(text: string, offset: number): string {
  const line = text.slice(text.lastIndexOf('\n', offset) + 1, offset)
  return /^[ \t]*/.exec(line)?.[0] ?? ''
}

/** Where the last line break of some white space begins. */
function newLineBefore(space: string): number {
  const at = space.lastIndexOf('\n')
  return space[at - 1] === '\r' ? at - 1 : at
}

function isBlank(text: string): boolean {
  return text.trim() === ''
}

/** What a document keeps though its text changes. */
function sourceOf({ name, defaultPriority }: Document): Omit<Source, 'text'> {
  return { name, ...(defaultPriority ? { defaultPriority } : {}) }
}
