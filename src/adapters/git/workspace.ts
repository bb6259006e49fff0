import { existsSync } from 'node:fs'
import { copyFile, mkdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import type { Workspace } from '../../ports/workspace.ts'
import { createGit, type Git } from './git.ts'

type Options = {
  readonly root: string
  readonly stateDir: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/**
 * A project in a git repository: its files are remembered as a tree of git's own, with an index and an object
 * folder beside the files of the attempt. The repository is left as it is. Elsewhere nothing is remembered.
 */
export function createGitWorkspace({ root, stateDir, env }: Options): Workspace {
  const git = createGit(root, env)
  const own = relative(root, stateDir)
  const meant = own === '' || own.startsWith('..') ? ['.'] : ['.', `:(exclude)${own.split(sep).join('/')}`]
  let known: Repository | null = null

  /** Where there is none, an agent may make one: looked for again, and without a process while there is no sign of it. */
  const repository = async (): Promise<Repository | null> => {
    if (!known && hasSign(root)) known = await findRepository(git, root)
    return known
  }

  return {
    remember: async (key) => {
      const folder = folderOf(key)
      try {
        await rm(folder, { recursive: true, force: true })
        const place = await repository()
        if (place === null) return
        await writeFile(
          join(await made(folder), 'tree.json'),
          JSON.stringify(await snapshot(git, place, folder, meant)),
          { mode: 0o600 },
        )
      } catch {
        // a full disk or the like: no reason to begin no attempt, and whatever must be written says so
      }
    },
    changesSince: async (key) => {
      const folder = folderOf(key)
      try {
        const before = await readBefore(folder)
        const place = await repository()
        if (before === null || place === null) return null
        if ('problem' in before) return untold(before.problem)
        const problem = await stage(git, place, folder, meant)
        return problem === null
          ? await patchSince(git, before.tree, besideOf(folder, place))
          : untold(problem)
      } catch (thrown) {
        return untold((thrown as Error).message)
      } finally {
        await rm(folder, { recursive: true, force: true }).catch(() => undefined) // it goes with its session's files
      }
    },
  }
}

const folderOf = (key: string): string => `${key}-before`

function hasSign(folder: string): boolean {
  if (existsSync(join(folder, '.git'))) return true
  const above = dirname(folder)
  return above !== folder && hasSign(above)
}

/** Where a repository has its objects and its index. */
type Repository = { readonly objects: string; readonly index: string }

async function findRepository(git: Git, root: string): Promise<Repository | null> {
  const { out, problem } = await git(['rev-parse', '--git-path', 'objects', '--git-path', 'index'], {})
  if (problem !== null) return null
  const [objects = '', index = ''] = out
    .trim()
    .split('\n')
    .map((path) => resolve(root, path))
  return { objects, index }
}

const mostLooks = 25

/** A tree of the files, or why there is none. */
type Snapshot = { readonly tree: string } | { readonly problem: string }

async function snapshot(
  git: Git,
  repository: Repository,
  folder: string,
  meant: readonly string[],
): Promise<Snapshot> {
  const staged = await stage(git, repository, folder, meant)
  if (staged !== null) return { problem: staged }
  const { out, problem } = await git(['write-tree'], besideOf(folder, repository))
  return problem === null ? { tree: out.trim() } : { problem }
}

/** Brings the index in a folder to what the files are now; says why that cannot be done, where it cannot. */
async function stage(
  git: Git,
  repository: Repository,
  folder: string,
  meant: readonly string[],
): Promise<string | null> {
  const beside = besideOf(await made(folder), repository)
  await copyWithTimes(repository.index, beside.GIT_INDEX_FILE)
  return addAll(git, meant, beside)
}

/** Git gives up on a file that somebody takes away while it looks: then it looks again. */
async function addAll(git: Git, meant: readonly string[], beside: Beside): Promise<string | null> {
  let problem: string | null = null
  for (let look = 0; look < mostLooks; look += 1) {
    problem = (await git(['add', '--all', '--', ...meant], beside)).problem
    if (problem === null || !/No such file|unable to (stat|index)|short read|changed/i.test(problem)) break
  }
  return problem
}

async function made(folder: string): Promise<string> {
  await mkdir(join(folder, 'objects'), { recursive: true, mode: 0o700 })
  return folder
}

type Beside = ReturnType<typeof besideOf>

const besideOf = (folder: string, { objects }: Repository) => ({
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

async function readBefore(folder: string): Promise<Snapshot | null> {
  const text = await readFile(join(folder, 'tree.json'), 'utf8').catch(() => null) // nothing was remembered
  return text === null ? null : JSON.parse(text)
}

const diff = [
  'diff',
  '--cached',
  '--no-color',
  '--no-ext-diff',
  '--no-textconv',
  '--patch-with-stat',
  '--find-renames',
]

/** From a tree to the index. */
async function patchSince(git: Git, tree: string, beside: Beside): Promise<string> {
  const { out, problem, isCut } = await git([...diff, tree, '--', '.'], beside)
  if (problem === null) return out || 'No file has changed.\n'
  return isCut ? `${out}\n… (the rest is left out: it is very long)\n` : untold(problem)
}

const untold = (problem: string): string => `What has changed cannot be told: ${problem}\n`
