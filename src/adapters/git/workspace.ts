import { copyFile, mkdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join, relative, resolve, sep } from 'node:path'
import type { Workspace } from '../../ports/workspace.ts'
import { createGit, type Git } from './git.ts'

type Options = {
  readonly root: string
  readonly stateDir: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/**
 * A project in a git repository: its files are remembered as a tree of git's own, with an index and an object
 * folder beside those of the repository, which is left as it is. Elsewhere nothing is remembered.
 */
export function createGitWorkspace({ root, stateDir, env }: Options): Workspace {
  const git = createGit(root, env)
  const folderOf = (namespace: string): string => join(stateDir, 'snapshots', namespace)
  const own = relative(root, stateDir)
  const meant = own === '' || own.startsWith('..') ? ['.'] : ['.', `:(exclude)${own.split(sep).join('/')}`]

  const forget = (namespace: string): Promise<void> =>
    rm(folderOf(namespace), { recursive: true, force: true }).catch(() => undefined) // the next attempt tries again

  return {
    forget,
    remember: async (namespace, key) => {
      const folder = folderOf(namespace)
      try {
        await rm(folder, { recursive: true, force: true })
        const tree = await snapshot(git, root, folder, meant)
        if (tree === null) return
        await writeFile(join(folder, 'tree.json'), JSON.stringify({ key, ...tree }), { mode: 0o600 })
      } catch {
        // a full disk or the like: no reason to begin no attempt, and whatever must be written says so
      }
    },
    changesSince: async (namespace, key) => {
      const folder = folderOf(namespace)
      try {
        const before = await readBefore(folder)
        if (before?.key !== key) return null
        return await patchBetween(git, folder, before, await snapshot(git, root, folder, meant))
      } catch (thrown) {
        return untold((thrown as Error).message)
      } finally {
        await forget(namespace)
      }
    },
  }
}

/** A tree of the files, or why there is none. */
type Snapshot = { readonly tree: string } | { readonly problem: string }

/** Null where there is no repository. */
async function snapshot(
  git: Git,
  root: string,
  folder: string,
  meant: readonly string[],
): Promise<Snapshot | null> {
  const place = await git(['rev-parse', '--git-path', 'objects', '--git-path', 'index'], {})
  if (place.problem !== null) return null
  const [objects = '', index = ''] = place.out
    .trim()
    .split('\n')
    .map((path) => resolve(root, path))
  await mkdir(join(folder, 'objects'), { recursive: true, mode: 0o700 })
  const beside = besideOf(folder, objects)
  await copyWithTimes(index, beside.GIT_INDEX_FILE)
  const added = await git(['add', '--all', '--', ...meant], beside)
  if (added.problem !== null) return { problem: added.problem }
  const written = await git(['write-tree'], beside)
  return written.problem === null ? { tree: written.out.trim() } : { problem: written.problem }
}

const besideOf = (folder: string, objects: string) => ({
  GIT_INDEX_FILE: join(folder, 'index'),
  GIT_OBJECT_DIRECTORY: join(folder, 'objects'),
  GIT_ALTERNATE_OBJECT_DIRECTORIES: objects,
})

/** With its times: by them git knows which files it need not read again. */
async function copyWithTimes(from: string, to: string): Promise<void> {
  const times = await stat(from).catch(() => null) // nothing was ever added
  if (!times) return rm(to, { force: true })
  await copyFile(from, to)
  await utimes(to, Math.floor(times.atimeMs) / 1_000, Math.floor(times.mtimeMs) / 1_000)
}

async function readBefore(folder: string): Promise<({ readonly key: string } & Snapshot) | null> {
  const text = await readFile(join(folder, 'tree.json'), 'utf8').catch(() => null) // nothing was remembered
  return text === null ? null : JSON.parse(text)
}

async function patchBetween(
  git: Git,
  folder: string,
  before: Snapshot,
  after: Snapshot | null,
): Promise<string> {
  if (after === null) return untold('the repository is gone')
  if ('problem' in before) return untold(before.problem)
  if ('problem' in after) return untold(after.problem)
  const place = await git(['rev-parse', '--path-format=absolute', '--git-path', 'objects'], {})
  const words = [
    'diff',
    '--no-color',
    '--no-ext-diff',
    '--no-textconv',
    '--patch-with-stat',
    '--find-renames',
  ]
  const patch = await git([...words, before.tree, after.tree, '--', '.'], besideOf(folder, place.out.trim()))
  if (patch.problem === null) return patch.out || 'No file has changed.\n'
  return patch.isCut ? `${patch.out}\n… (the rest is left out: it is very long)\n` : untold(patch.problem)
}

const untold = (problem: string): string => `What has changed cannot be told: ${problem}\n`
