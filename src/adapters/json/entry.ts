import type { Node } from 'jsonc-parser'
import { type Priority, priority as priorities } from '../../events/shapes.ts'
import type { BacklogStatus, BacklogTask } from '../../ports/backlog.ts'
import { flawOfId } from './ids.ts'
import { invalidAt, type Source } from './source.ts'
import { statusOfWord, statusWords } from './status.ts'

/** One entry of the file, checked, and where it stands. */
type Entry = {
  readonly task: BacklogTask
  readonly description: string | null
  /** Under which it was added. */
  readonly key: string | null
  readonly idAt: number
  /** The value of its status, quotation marks included; null where it has none. */
  readonly statusAt: { readonly offset: number; readonly length: number } | null
}

/** Fails with `invalid`, naming the place, the task and what is allowed there. */
export function entryOf(source: Source, node: Node, index: number): Entry {
  if (node.type !== 'object') {
    throw invalidAt(
      source,
      node.offset,
      `entry ${index + 1} of "tasks" is ${kindOf(node)}; expected an object`,
    )
  }
  const fields = fieldsOf(node)
  const idNode = fields.get('id')
  const id = checkedId(source, node, idNode, index)
  const field: Field = { source, id, fields }
  const status = fields.get('status')
  return {
    task: {
      id,
      title: textOf(field, 'title') ?? '',
      status: statusOf(field),
      priority: priorityOf(field),
      feature: textOf(field, 'feature'),
      parent: textOf(field, 'parentId'),
      dependsOn: dependenciesOf(field),
      metadata: metadataOf(field),
    },
    description: textOf(field, 'description'),
    key: keyOf(field),
    idAt: idNode?.offset ?? node.offset,
    statusAt: status ? { offset: status.offset, length: status.length } : null,
  }
}

/** The values of an object by their keys; of a repeated key the last one counts. */
export function fieldsOf(node: Node): ReadonlyMap<string, Node> {
  const fields = new Map<string, Node>()
  for (const property of node.children ?? []) {
    const [key, value] = property.children ?? []
    if (key && value) fields.set(String(key.value), value)
  }
  return fields
}

/** What a node is, in words for a message. */
export function kindOf(node: Node): string {
  if (node.type === 'array') return 'a list'
  if (node.type === 'object') return 'an object'
  return node.type === 'string' ? `the text ${JSON.stringify(node.value)}` : String(node.value)
}

type Field = { readonly source: Source; readonly id: string; readonly fields: ReadonlyMap<string, Node> }

function checkedId(source: Source, entry: Node, node: Node | undefined, index: number): string {
  const hint = 'An id is a short text such as "TASK-001". It also names the file with the description.'
  if (!node) throw invalidAt(source, entry.offset, `entry ${index + 1} of "tasks" has no "id"`, hint)
  if (node.type !== 'string') {
    throw invalidAt(
      source,
      node.offset,
      `the id of entry ${index + 1} is ${kindOf(node)}; expected a text`,
      hint,
    )
  }
  const id = String(node.value)
  const flaw = flawOfId(id)
  if (flaw) {
    throw invalidAt(source, node.offset, `the id ${JSON.stringify(id.slice(0, 80))} ${flaw}`, hint)
  }
  return id
}

function wrong(field: Field, node: Node, key: string, expected: string) {
  return invalidAt(
    field.source,
    node.offset,
    `the ${key} of task ${field.id} is ${kindOf(node)}; expected ${expected}`,
  )
}

function textOf(field: Field, key: string): string | null {
  const node = field.fields.get(key)
  if (!node || node.type === 'null') return null
  if (node.type !== 'string') throw wrong(field, node, key, 'a text')
  return String(node.value)
}

/** What else stands there is the user's own. */
function keyOf({ fields }: Field): string | null {
  const node = fields.get('idempotencyKey')
  return node?.type === 'string' ? String(node.value) : null
}

function statusOf(field: Field): BacklogStatus {
  const node = field.fields.get('status')
  if (!node) return 'pending'
  const status = node.type === 'string' ? statusOfWord.get(String(node.value)) : undefined
  if (!status) throw wrong(field, node, 'status', `one of ${statusWords.join(', ')}`)
  return status
}

function priorityOf(field: Field): Priority {
  const node = field.fields.get('priority')
  if (!node) return field.source.defaultPriority ?? 'medium'
  const parsed = priorities.safeParse(node.value)
  if (parsed.success) return parsed.data
  throw wrong(field, node, 'priority', `one of ${priorities.options.join(', ')}`)
}

function dependenciesOf(field: Field): readonly string[] {
  const node = field.fields.get('dependsOn')
  if (!node || node.type === 'null') return []
  if (node.type === 'string') return [String(node.value)]
  if (node.type !== 'array') throw wrong(field, node, 'dependsOn', 'a list of ids')
  return (node.children ?? []).map((item) => {
    if (item.type !== 'string') throw wrong(field, item, 'dependsOn', 'a list of ids')
    return String(item.value)
  })
}

function metadataOf(field: Field): Readonly<Record<string, unknown>> {
  const node = field.fields.get('metadata')
  if (!node || node.type === 'null') return {}
  if (node.type !== 'object') throw wrong(field, node, 'metadata', 'an object')
  return recordOf(node)
}

function recordOf(node: Node): Record<string, unknown> {
  return Object.fromEntries([...fieldsOf(node)].map(([key, value]) => [key, plainValue(value)]))
}

function plainValue(node: Node): unknown {
  if (node.type === 'object') return recordOf(node)
  return node.type === 'array' ? (node.children ?? []).map(plainValue) : node.value
}
