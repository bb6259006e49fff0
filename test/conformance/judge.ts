import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const cache = process.env.LOOPWORK_JUDGES ?? resolve('node_modules/.cache/loopwork-judges')

/** A program that judges us, in exactly this version; gives the folder of its package. Installed once. */
export async function judge(name: string, version: string): Promise<string> {
  const folder = join(cache, `${name.replace(/\W+/g, '-')}-${version}`)
  const done = join(folder, 'installed')
  if (!existsSync(done)) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'package.json'), '{ "private": true }')
    const words = ['install', '--no-audit', '--no-fund', '--prefix', folder, `${name}@${version}`]
    await run('npm', words, { cwd: folder, maxBuffer: 10 << 20 })
    writeFileSync(done, '')
  }
  return join(folder, 'node_modules', name)
}

/** Runs a program to its end, whatever that is. */
export async function runToEnd(
  file: string,
  words: readonly string[],
  options: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const env = { ...process.env, ...options.env }
  try {
    const { stdout, stderr } = await run(file, [...words], {
      ...options,
      env,
      maxBuffer: 50 << 20,
      timeout: 120_000,
    })
    return { code: 0, out: stdout, err: stderr }
  } catch (thrown) {
    const { code, stdout, stderr } = thrown as { code: number; stdout: string; stderr: string }
    return { code, out: stdout, err: stderr }
  }
}
