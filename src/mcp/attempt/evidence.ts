import { createHash } from 'node:crypto'
import { mkdir, readFile, realpath, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import * as z from 'zod'
import { LoopworkError } from '../../errors.ts'
import type { Office, Place } from '../office.ts'
import { adds, type Tool, tool } from '../tool.ts'
import type { Badge } from './badge.ts'

/** Largest file that is kept, in bytes. */
const largest = 10 << 20

/** The tool by which an agent shows its work. */
export function attaching(office: Office, badge: Badge): readonly Tool[] {
  return [
    tool({
      name: 'loopwork_attach_evidence',
      title: 'Attach evidence',
      description:
        'Keeps a copy of a file of the project with your attempt: a test report, a screenshot, a measurement. Use it to show that the work is done.',
      annotations: adds,
      input: z.strictObject({
        path: z.string().min(1).max(1_000).describe('The file, relative to the project'),
        note: z.string().max(1_000).default('').describe('What it shows'),
      }),
      output: z.object({ kept: z.string(), bytes: z.number(), sha256: z.string() }),
      run: async ({ path, note }) => {
        const place = await office.place()
        const { open } = await badge.check(place)
        const found = await contentOf(place, path)
        const sha256 = createHash('sha256').update(found.content).digest('hex')
        const name = `${sha256.slice(0, 8)}-${basename(found.path)}`
        const kept = join(open?.files ?? '', 'logs', `iteration-${open?.iteration}-evidence`, name)
        await mkdir(join(place.app.stateDir, dirname(kept)), { recursive: true, mode: 0o700 })
        await writeFile(join(place.app.stateDir, kept), found.content, { mode: 0o600 })
        const bytes = found.content.length
        await badge.say(place, { say: 'attach', name: basename(found.path), path: kept, bytes, sha256, note })
        return { kept, bytes, sha256 }
      },
    }),
  ]
}

/** A file of the project; fails where it is none, or leads out of the project. */
async function contentOf({ app }: Place, wanted: string): Promise<{ path: string; content: Buffer }> {
  const root = await realpath(app.projectRoot)
  const path = await realpath(resolve(root, wanted)).catch((thrown) => {
    throw new LoopworkError('not_found', `there is no file ${wanted} in the project`, {
      hint: 'Give a path relative to the project.',
      cause: thrown,
    })
  })
  const within = relative(root, path)
  const info = await stat(path)
  if (within === '' || within.split(sep)[0] === '..' || !info.isFile()) {
    throw new LoopworkError('invalid', `${wanted} is no file of the project`, {
      hint: 'Only files inside the project can be kept.',
    })
  }
  if (info.size > largest) {
    throw new LoopworkError('invalid', `${wanted} has ${info.size} bytes; at most ${largest} are kept`, {
      hint: 'Attach the part of it that matters.',
    })
  }
  return { path, content: await readFile(path) }
}
