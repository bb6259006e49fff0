import { appendFileSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { mkdir, open, rename, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { LoopworkError } from '../../errors.ts'
import type { SessionFiles } from '../../ports/session-files.ts'
import { followFile } from './growing-file.ts'
import { segmentsOf } from './segments.ts'

const ownerOnly = 0o600
const ownerFolder = 0o700

/**
 * The session folders under the state folder, as the predecessor laid them out. What is written at every step of
 * a task is small, and goes into the cache of the system at once: a thread for it would cost more than it takes.
 */
export function createSessionFiles(stateDir: string, segmentBytes = 16 << 20): SessionFiles {
  return {
    create: async (namespace, now) => {
      const parent = join('sessions', namespace)
      await named(stateDir, () => mkdir(join(stateDir, parent), { recursive: true, mode: ownerFolder }))
      for (let nth = 1; ; nth += 1) {
        const files = join(parent, stamp(now) + (nth === 1 ? '' : `-${nth}`))
        if (await isNew(join(stateDir, files))) {
          await mkdir(join(stateDir, files, 'logs'), { mode: ownerFolder })
          return files
        }
      }
    },
    discard: async (files) => {
      await rmdir(join(stateDir, files, 'logs'))
      await rmdir(join(stateDir, files))
    },
    of: (files, iteration, isStructured) => {
      const base = join(stateDir, files, 'logs', `iteration-${iteration}`)
      return {
        prompt: `${base}-prompt.md`,
        output: `${base}-output.txt`,
        stdout: isStructured ? `${base}-stream.jsonl` : `${base}-output.txt`,
        stderr: `${base}-stderr.txt`,
        access: `${base}-access.json`,
        job: base,
        verifyJob: `${base}-verify`,
        verifyOutput: `${base}-verify.txt`,
        changes: `${base}-changes.diff`,
      }
    },
    write: (path, text) => inSession(path, () => writeFileSync(path, text, { mode: ownerOnly })),
    append: (path, text) => inSession(path, () => appendFileSync(path, text, { mode: ownerOnly })),
    log: (files, lines) => {
      const path = join(stateDir, files, 'loopwork.log')
      return inSession(path, async () => {
        appendFileSync(path, lines.map((line) => `${line}\n`).join(''), { mode: ownerOnly })
        if (statSync(path).size >= segmentBytes) await rotate(path)
      })
    },
    tail,
    follow: followFile,
  }
}

/** Puts a full log aside, as the newest of its segments. */
async function rotate(path: string): Promise<void> {
  const before = (await segmentsOf(path)).filter(({ nth }) => Number.isFinite(nth))
  await rename(path, path.replace(/\.log$/, `.${(before.at(-1)?.nth ?? 0) + 1}.log`))
}

async function tail(path: string, bytes: number): Promise<string> {
  const file = await open(path, 'r').catch(() => null) // nothing was written: nothing to show
  if (!file) return ''
  try {
    const { size } = await file.stat()
    const length = Math.min(bytes, size)
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length)
    return new TextDecoder().decode(buffer).replace(/^\uFFFD+/, '')
  } finally {
    await file.close()
  }
}

/** `2026-01-25-103045`, in UTC. */
function stamp(now: Date): string {
  return now.toISOString().slice(0, 19).replace('T', '-').replaceAll(':', '')
}

async function isNew(path: string): Promise<boolean> {
  try {
    await mkdir(path, { mode: ownerFolder })
    return true
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw unwritable(path, thrown)
  }
}

async function named<T>(path: string, write: () => T | Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (thrown) {
    throw unwritable(path, thrown)
  }
}

/** The same in a folder of a session, which is made again where somebody has removed it. */
async function inSession<T>(path: string, write: () => T | Promise<T>): Promise<T> {
  return named(path, async () => {
    try {
      return await write()
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw thrown
      mkdirSync(dirname(path), { recursive: true, mode: ownerFolder })
      return await write()
    }
  })
}

function unwritable(path: string, cause: unknown): LoopworkError {
  const { code = 'error' } = cause as NodeJS.ErrnoException
  return new LoopworkError('unavailable', `cannot write ${path} (${code})`, {
    hint:
      code === 'ENOSPC'
        ? 'The disk is full. Free some space, then `loopwork resume`.'
        : 'Check that the folder exists and that you may write to it.',
    cause,
  })
}
