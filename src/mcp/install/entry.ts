import { mkdir, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import {
  applyEdits,
  findNodeAtLocation,
  getNodeValue,
  modify,
  type ParseError,
  parseTree,
} from 'jsonc-parser'
import { replaceFile } from '../../config/init/replace-file.ts'
import { LoopworkError } from '../../errors.ts'
import type { ClientFile } from './clients.ts'

/** What became of a file: `kept` is one in which somebody else has the last word. */
export type Outcome = { readonly file: string; readonly did: 'added' | 'removed' | 'kept' | 'nothing' }

/** Tells a client of the server. What stands there already, in whatever form, stays as it is. */
export async function addEntry(root: string, client: ClientFile): Promise<Outcome> {
  const path = join(root, client.file)
  const text = await textOf(path)
  const added = client.kind === 'json' ? withEntry(text, client) : withBlock(text, client)
  if (added === null) return { file: client.file, did: 'kept' }
  await mkdir(dirname(path), { recursive: true })
  await replaceFile(path, added)
  return { file: client.file, did: 'added' }
}

/** Takes back what `addEntry` put, unless it was changed since. A file in which nothing else is left goes too. */
export async function removeEntry(root: string, client: ClientFile): Promise<Outcome> {
  const path = join(root, client.file)
  const text = await textOf(path)
  if (text === null) return { file: client.file, did: 'nothing' }
  const rest = client.kind === 'json' ? withoutEntry(text, client) : withoutBlock(text, client)
  if (rest === null) return { file: client.file, did: 'kept' }
  if (/^\s*(\{\s*\})?\s*$/.test(rest)) await rm(path)
  else await replaceFile(path, rest)
  return { file: client.file, did: 'removed' }
}

type Json = Extract<ClientFile, { kind: 'json' }>
type Toml = Extract<ClientFile, { kind: 'toml' }>

const formatting = { formattingOptions: { tabSize: 2, insertSpaces: true } }

function withEntry(text: string | null, { at, entry, file }: Json): string | null {
  const now = text?.trim() ? text : '{}\n'
  if (found(now, at, file) !== undefined) return null
  return applyEdits(now, modify(now, [...at], entry, formatting))
}

function withoutEntry(text: string, { at, entry, file }: Json): string | null {
  if (!isDeepStrictEqual(found(text, at, file), plain(entry))) return null
  const rest = applyEdits(text, modify(text, [...at], undefined, formatting))
  const parent = at.slice(0, -1)
  const isBare = isDeepStrictEqual(found(rest, parent, file), {})
  return isBare ? applyEdits(rest, modify(rest, [...parent], undefined, formatting)) : rest
}

function found(text: string, at: readonly string[], file: string): unknown {
  const errors: ParseError[] = []
  const tree = parseTree(text, errors, { allowTrailingComma: true })
  if (!tree || errors.length > 0 || tree.type !== 'object') {
    throw new LoopworkError('invalid', `${file} is not a JSON object`, {
      hint: `Correct ${file}, then try again. Nothing was changed.`,
    })
  }
  const node = findNodeAtLocation(tree, [...at])
  return node ? plain(getNodeValue(node)) : undefined
}

/** A value as JSON would have it: without prototypes of its own. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}

function withBlock(text: string | null, { header, block }: Toml): string | null {
  if (text?.includes(header)) return null
  return text?.trim() ? `${text.trimEnd()}\n\n${block}` : block
}

function withoutBlock(text: string, { block }: Toml): string | null {
  return text.includes(block) ? text.replace(block, '').replace(/\n+$/, '\n') : null
}

async function textOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw thrown
  }
}
