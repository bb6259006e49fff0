import { type ChildProcess, fork, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder } from './folders.ts'
import type { Ready, Round } from './sqlite-peer.ts'

/** SQLite in a process of its own, doing what our store does with the same bytes. */
export type Sqlite = {
  readonly name: string
  /** Events per second. */
  round(wanted: Round): Promise<number>
  close(): void
}

type Kind = { readonly module: 'better-sqlite3' | 'node:sqlite'; readonly node: string }

/** Opens the peer in a new file; installs it where it is not there yet. */
export async function openSqlite(file: string, values: readonly Buffer[]): Promise<Sqlite> {
  const { module, node } = kindAtHand()
  const encoded = values.map((bytes) => bytes.toString('base64')).join(',')
  const child = fork(join(cacheFolder, 'sqlite-peer.mjs'), [module, file, encoded], {
    execPath: node,
    execArgv: ['--no-warnings'],
  })
  const { name } = (await answerOf(child)) as Ready
  return {
    name,
    round: async (wanted) => {
      child.send(wanted)
      return (await answerOf(child)) as number
    },
    close: () => child.disconnect(),
  }
}

async function answerOf(child: ChildProcess): Promise<unknown> {
  const over = new AbortController()
  const broken = once(child, 'exit', { signal: over.signal }).then(([code]) => {
    throw new Error(`the SQLite peer ended with ${code}`)
  })
  try {
    const [answer] = await Promise.race([once(child, 'message', { signal: over.signal }), broken])
    return answer
  } finally {
    over.abort() // nobody listens to the other one any more
  }
}

/** better-sqlite3 if it can be had; else what a Node has built in: this one, or one that is fetched. */
function kindAtHand(): Kind {
  if (isLoadable() || (install('better-sqlite3@12') && isLoadable())) {
    return { module: 'better-sqlite3', node: process.execPath }
  }
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 13)) return { module: 'node:sqlite', node: process.execPath }
  const node = `node-${process.platform}-${process.arch}`
  const program = join(cacheFolder, 'node_modules', node, 'bin', 'node')
  if (existsSync(program) || install(`${node}@22`)) return { module: 'node:sqlite', node: program }
  throw new Error('neither better-sqlite3 nor a Node with node:sqlite can be installed')
}

/** Its program part may be missing though the package is there. */
function isLoadable(): boolean {
  const script = "new (require('better-sqlite3'))(':memory:')"
  const { status } = spawnSync(process.execPath, ['-e', script], { cwd: cacheFolder, stdio: 'ignore' })
  return status === 0
}

function install(what: string): boolean {
  mkdirSync(cacheFolder, { recursive: true })
  console.log(`  installing ${what} into ${cacheFolder}`)
  const words = ['install', '--prefix', cacheFolder, '--no-audit', '--no-fund', '--silent', what]
  const { status } = spawnSync('npm', words, { stdio: 'ignore', timeout: 300_000 })
  return status === 0
}
