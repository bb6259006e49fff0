import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { TestProject } from 'vitest/node'

/** The programs under test. They are no dependency of the project, and 1.2 GB of disk. */
const wanted: Readonly<Record<string, string>> = {
  '@anthropic-ai/claude-code': '2.1.330',
  '@google/gemini-cli': '0.61.0',
  '@openai/codex': '0.169.0',
  'opencode-ai': '1.18.33',
}
const programs = ['claude', 'codex', 'gemini', 'opencode']

declare module 'vitest' {
  export interface ProvidedContext {
    /** The folder of the installed agents' programs. */
    programs: string
  }
}

/** Installs the agents from npm, once, into `LOOPWORK_AGENTS_CACHE` or a cache of the project. */
export function setup({ provide }: TestProject): void {
  const folder = resolve(process.env.LOOPWORK_AGENTS_CACHE ?? 'node_modules/.cache/loopwork-agents')
  const missing = Object.entries(wanted).filter(([name, version]) => installed(folder, name) !== version)
  if (missing.length > 0) install(folder)
  const bin = join(folder, 'node_modules/.bin')
  for (const name of programs) console.log(`${name} ${versionOf(join(bin, name), folder)}`)
  provide('programs', bin)
}

function install(folder: string): void {
  mkdirSync(join(folder, 'home'), { recursive: true })
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ private: true, dependencies: wanted }, null, 2),
  )
  console.log(`installing the agents into ${folder}`)
  execFileSync('npm', ['install', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'inherit' })
}

/** What a program itself says, which it says only if it can be run. */
function versionOf(program: string, home: string): string {
  const env = { PATH: process.env.PATH, HOME: join(home, 'home'), OPENCODE_DISABLE_MODELS_FETCH: '1' }
  const said = execFileSync(program, ['--version'], {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return said.trim()
}

/** The version that is installed; null where none is. */
function installed(folder: string, name: string): string | null {
  const manifest = join(folder, 'node_modules', name, 'package.json')
  return existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')).version : null
}
