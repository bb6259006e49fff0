import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, isAbsolute, join, resolve } from 'node:path'
import { LoopworkError } from '../../errors.ts'

/** Finds the program of an agent; fails with `unavailable` and what to do. */
export type Locate = (cli: string) => Promise<string>

const packages: Readonly<Record<string, string>> = {
  claude: '@anthropic-ai/claude-code',
  codex: '@openai/codex',
  gemini: '@google/gemini-cli',
  opencode: 'opencode-ai',
}

/**
 * Looks for programs where the user says (`LOOPWORK_<CLI>_PATH`, then `cliPaths`), on the PATH, and in the
 * folders that the agents' own installers use.
 */
export function createLocator(given: {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cliPaths?: Readonly<Record<string, string>>
  readonly home: string
}): Locate {
  const { env, cliPaths = {}, home } = given
  const endings = process.platform === 'win32' ? (env.PATHEXT ?? '.EXE;.CMD;.BAT').split(';') : ['']
  const folders = [
    ...(env.PATH ?? '').split(delimiter).filter((folder) => folder !== ''),
    ...['.local/bin', '.npm/bin', '.opencode/bin'].map((folder) => join(home, folder)),
    '/usr/local/bin',
    '/opt/homebrew/bin',
  ]

  const search = (name: string): string | undefined =>
    folders.flatMap((folder) => endings.map((end) => resolve(folder, name + end))).find(isProgram)

  // absolute, since the agent starts in another folder than this
  const fullPath = (path: string): string =>
    path.startsWith('~/') ? join(home, path.slice(2)) : resolve(path)

  return async (cli) => {
    const variable = `LOOPWORK_${cli.toUpperCase().replace(/\W/g, '_')}_PATH`
    const chosen = env[variable] || cliPaths[cli] || undefined // empty is not set
    if (chosen === undefined && !isPath(cli)) return search(cli) ?? refuse(cli, variable)
    const wanted = chosen ?? cli
    const found = isPath(wanted) ? [fullPath(wanted)].find(isProgram) : search(wanted)
    if (found) return found
    const who = [env[variable] && variable, chosen && `cliPaths.${cli}`].find(Boolean) ?? cli
    throw new LoopworkError('invalid', `${who}: ${wanted} is not a program that can be run`, {
      hint: 'Give the path of an executable file, or take the setting away to search the PATH.',
    })
  }
}

function refuse(cli: string, variable: string): never {
  const name = packages[cli]
  const install = name ? `Install it with \`npm install -g ${name}\`, or set` : 'Install it, or set'
  throw new LoopworkError('unavailable', `${cli} was not found on the PATH`, {
    hint: `${install} ${variable} to where it is.`,
  })
}

function isPath(name: string): boolean {
  return isAbsolute(name) || name.includes('/') || name.includes('\\')
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false // not there, or not ours to run: the search goes on
  }
}
