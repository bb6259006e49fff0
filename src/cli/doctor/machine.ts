import { existsSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { remoteFileSystem } from '../../adapters/lmdb/remote.ts'
import type { Io } from '../io.ts'
import { askProgram } from './ask-program.ts'
import { bad, type Finding, good, warning } from './finding.ts'

const needed = [20, 19] as const
const littleBytes = 1024 ** 3
const tooLittleBytes = 100 * 1024 ** 2

/** The machine itself: Node, git, and the disk that the state is on. */
export async function lookAtMachine(io: Io, root: string, stateDir: string): Promise<Finding[]> {
  return [node(process.version), await git(io, root), ...(await disk(nearestFolder(stateDir)))]
}

function node(version: string): Finding {
  const [major = 0, minor = 0] = version.slice(1).split('.').map(Number)
  const isEnough = major > needed[0] || (major === needed[0] && minor >= needed[1])
  if (isEnough) return good('Node', version)
  return bad('Node', version, `Install Node ${needed.join('.')} or newer.`, 'unavailable')
}

async function git(io: Io, root: string): Promise<Finding> {
  const version = await askProgram('git', ['--version'], io.env, root)
  if (version === null)
    return warning('git', 'not found', 'Install git: agents use it to keep their work apart.')
  const inside = await askProgram('git', ['rev-parse', '--is-inside-work-tree'], io.env, root)
  if (inside === 'true') return good('git', version)
  return warning(
    'git',
    `${version}; ${root} is no repository`,
    'Run `git init`, so that what agents change can be seen and undone.',
  )
}

async function disk(folder: string): Promise<Finding[]> {
  const { bavail, bsize } = await statfs(folder)
  const free = bavail * bsize
  const said = `${(free / 1024 ** 3).toFixed(1)} GiB free at ${folder}`
  const kind = await remoteFileSystem(folder)
  const elsewhere = 'Set LOOPWORK_STATE_DIR to a folder on a local disk.'
  return [
    free < tooLittleBytes
      ? bad('Disk', said, 'Free some space before you start anything.', 'unavailable')
      : free < littleBytes
        ? warning('Disk', said, 'Free some space: output of agents is kept in files.')
        : good('Disk', said),
    kind === null
      ? good('File system', 'local')
      : bad('File system', `${kind}: a store there would be damaged`, elsewhere, 'invalid'),
  ]
}

/** The state folder, or the nearest one above it that is there. */
function nearestFolder(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestFolder(dirname(path))
}
