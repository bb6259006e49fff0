import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Secret } from '../../ports/secret.ts'
import { createMask } from '../../redaction/mask.ts'

/** Where earlier versions kept the folders of their sessions: `<namespace>/<start>` below these. */
const layouts = ['.loopwork/runs', 'loopwork-runs'] as const

/** What became of the sessions of earlier versions. Folders relative to the project and to the state folder. */
export type Imported = {
  readonly copied: readonly { readonly from: string; readonly to: string }[]
  /** Those that are here already. */
  readonly known: number
}

/** Copies the logs, prompts and outputs of earlier sessions beside those of today; leaves the old ones alone. */
export async function importSessions(
  root: string,
  stateDir: string,
  secrets: readonly Secret[],
): Promise<Imported> {
  const copied: { from: string; to: string }[] = []
  let known = 0
  for (const from of layouts.flatMap((layout) => sessionsIn(root, layout))) {
    const to = join('sessions', ...from.split('/').slice(-2))
    if (existsSync(join(stateDir, to))) {
      known += 1
      continue
    }
    await copyFolder(join(root, from), join(stateDir, to), secrets)
    copied.push({ from, to })
  }
  return { copied, known }
}

function sessionsIn(root: string, layout: string): string[] {
  return foldersIn(join(root, layout)).flatMap((namespace) =>
    foldersIn(join(root, layout, namespace))
      .filter((name) => name !== 'monitor-logs')
      .map((name) => `${layout}/${namespace}/${name}`),
  )
}

function foldersIn(path: string): string[] {
  if (!existsSync(path)) return []
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
}

/** Appears whole, or not at all. */
async function copyFolder(from: string, to: string, secrets: readonly Secret[]): Promise<void> {
  const unfinished = `${to}.unfinished`
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(unfinished, { recursive: true, mode: 0o700 })
  for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const source = join(entry.parentPath, entry.name)
    const target = join(unfinished, source.slice(from.length))
    mkdirSync(dirname(target), { recursive: true, mode: 0o700 })
    await pipeline(createReadStream(source), maskedBy(secrets), createWriteStream(target, { mode: 0o600 }))
  }
  renameSync(unfinished, to)
}

function maskedBy(secrets: readonly Secret[]) {
  return async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    const mask = createMask(secrets)
    for await (const chunk of chunks) yield mask.take(chunk)
    yield mask.rest()
  }
}
