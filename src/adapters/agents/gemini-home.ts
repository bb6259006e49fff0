import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'jsonc-parser'
import type { ToolServer } from '../../ports/agent.ts'
import { longestCallMs, mcpServers } from './tool-server.ts'

const folder = '.gemini'
const settingsFile = 'settings.json'

/**
 * Makes a home for Gemini CLI that is like the user's but for one more server in its settings: it has no
 * flag for that, and the user's own files are not ours to write to. All else is linked.
 */
export async function geminiHome(given: {
  readonly userHome: string
  readonly home: string
  readonly tools: ToolServer
}): Promise<string> {
  const { userHome, home, tools } = given
  const [theirs, ours] = [join(userHome, folder), join(home, folder)]
  await rm(home, { recursive: true, force: true })
  await mkdir(ours, { recursive: true, mode: 0o700 })
  for (const name of await namesIn(theirs)) {
    if (name !== settingsFile) await symlink(join(theirs, name), join(ours, name))
  }
  const settings = (parse(await textOf(join(theirs, settingsFile))) ?? {}) as { mcpServers?: object }
  const added = mcpServers(tools, { trust: true, timeout: longestCallMs })
  const merged = { ...settings, mcpServers: { ...settings.mcpServers, ...added.mcpServers } }
  await writeFile(join(ours, settingsFile), JSON.stringify(merged, null, 2), { mode: 0o600 })
  return home
}

async function namesIn(path: string): Promise<string[]> {
  return readdir(path).catch(ifMissing<string[]>([]))
}

async function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(ifMissing('{}'))
}

function ifMissing<T>(instead: T): (thrown: NodeJS.ErrnoException) => T {
  return (thrown) => {
    if (thrown.code === 'ENOENT') return instead
    throw thrown
  }
}
