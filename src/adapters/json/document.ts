import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser'
import type { BacklogTask } from '../../ports/backlog.ts'
import { entryOf, fieldsOf, kindOf } from './entry.ts'
import { invalidAt, lineAndColumn, type Source } from './source.ts'

/** A backlog file as it was understood, and where in its text each status stands. */
export type Document = Source & {
  readonly tasks: readonly BacklogTask[]
  /** By place in the list, like `tasks`. */
  readonly descriptions: readonly (string | null)[]
  /** The ids of the tasks that were added under keys. */
  readonly idOfKey: ReadonlyMap<string, string>
  readonly indexOf: ReadonlyMap<string, number>
  /** Offset and length of the value of a status, in UTF-16 units; −1 and 0 where there is none. */
  readonly statusOffsets: Int32Array
  readonly statusLengths: Int32Array
}

const shape = 'The file has the form { "tasks": [ { "id": "TASK-001", "status": "pending" } ] }.'

/** Understands the text of a backlog file; fails with `invalid`, naming file, line and column. */
export function parseDocument(source: Source): Document {
  const list = taskListOf(source)
  const nodes = list.children ?? []
  const entries = nodes.map((node, index) => entryOf(source, node, index))
  const indexOf = new Map<string, number>()
  for (const [index, { task, idAt }] of entries.entries()) {
    const first = indexOf.get(task.id)
    if (first !== undefined) {
      const { line } = lineAndColumn(source.text, entries[first]?.idAt ?? 0)
      throw invalidAt(
        source,
        idAt,
        `the id ${task.id} was already used in line ${line}`,
        'Rename one of the two.',
      )
    }
    indexOf.set(task.id, index)
  }
  return {
    name: source.name,
    text: source.text,
    ...(source.defaultPriority ? { defaultPriority: source.defaultPriority } : {}),
    tasks: entries.map(({ task }) => task),
    descriptions: entries.map(({ description }) => description),
    idOfKey: new Map(entries.flatMap(({ key, task }) => (key === null ? [] : [[key, task.id]]))),
    indexOf,
    statusOffsets: Int32Array.from(entries, ({ statusAt }) => statusAt?.offset ?? -1),
    statusLengths: Int32Array.from(entries, ({ statusAt }) => statusAt?.length ?? 0),
  }
}

/** The list of tasks, where it stands in the text. */
export function taskListOf(source: Source): Node {
  const root = treeOf(source)
  if (root.type !== 'object') {
    throw invalidAt(
      source,
      root.offset,
      `the file holds ${kindOf(root)}; expected an object with "tasks"`,
      shape,
    )
  }
  const list = fieldsOf(root).get('tasks')
  if (!list) throw invalidAt(source, root.offset, '"tasks" is missing', shape)
  if (list.type !== 'array') {
    throw invalidAt(source, list.offset, `"tasks" is ${kindOf(list)}; expected a list`, shape)
  }
  return list
}

function treeOf(source: Source): Node {
  const errors: ParseError[] = []
  const root = parsed(source, errors)
  const [first] = errors
  if (root && !first) return root
  const expected = first ? expectation(printParseErrorCode(first.error)) : 'expected an object'
  throw invalidAt(source, first?.offset ?? 0, `this is not JSON: ${expected}`)
}

function parsed(source: Source, errors: ParseError[]): Node | undefined {
  try {
    return parseTree(source.text, errors, { allowTrailingComma: false, disallowComments: false })
  } catch (thrown) {
    if (thrown instanceof RangeError) throw invalidAt(source, 0, 'this is nested too deeply to be a backlog')
    throw thrown
  }
}

function expectation(code: string): string {
  switch (code) {
    case 'PropertyNameExpected':
      return 'expected a key in double quotes'
    case 'ValueExpected':
      return 'expected a value'
    case 'ColonExpected':
      return 'expected ":" after the key'
    case 'CommaExpected':
      return 'expected ","'
    case 'CloseBraceExpected':
      return 'expected "," or "}"'
    case 'CloseBracketExpected':
      return 'expected "," or "]"'
    case 'EndOfFileExpected':
      return 'expected the end of the file'
    case 'UnexpectedEndOfComment':
      return 'expected the end of a comment, "*/"'
    case 'UnexpectedEndOfString':
      return 'expected a closing double quote'
    case 'UnexpectedEndOfNumber':
      return 'expected a digit'
    case 'InvalidUnicode':
      return 'expected four hexadecimal digits after "\\u"'
    case 'InvalidEscapeCharacter':
      return 'expected one of " \\ / b f n r t u after "\\"'
    case 'InvalidCharacter':
      return 'expected no control character in a text'
    default:
      return 'expected a value: a text in double quotes, a number, true, false, null, a list or an object'
  }
}
