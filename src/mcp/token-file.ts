import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Where a client finds the token of the HTTP server: readable by its owner alone. */
export async function tokenFile(
  stateDir: string,
): Promise<{ readonly path: string; readonly token: string }> {
  const path = join(stateDir, 'mcp-token')
  await mkdir(stateDir, { recursive: true, mode: 0o700 })
  try {
    await writeFile(path, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' })
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown
  }
  return { path, token: (await readFile(path, 'utf8')).trim() }
}
