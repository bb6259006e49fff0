import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { readEnvironment } from '../config/environment.ts'
import type { Io } from './io.ts'
import { version } from './version.ts'

/** The command line in a real process. Answers what needs nothing without loading anything. */
export async function main(process: NodeJS.Process): Promise<number> {
  const argv = process.argv.slice(2)
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
    process.stdout.write(`${version()}\n`)
    return 0
  }
  process.title = ['loopwork', ...argv].join(' ') // an agent's `pkill node` means its own servers
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error // whoever reads us may stop at any time
    })
  }
  const { run } = await import('./run.ts')
  return run(argv, ioOf(process))
}

/** What a real process offers. */
export function ioOf(process: NodeJS.Process): Io {
  const env = readEnvironment()
  const isTty = process.stdout.isTTY === true
  let isUnread = false
  process.stdout.once('close', () => {
    isUnread = true
  })
  return {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    cwd: process.cwd(),
    env,
    pid: process.pid,
    uid: process.getuid?.() ?? 0,
    platform: process.platform,
    isRoot: process.getuid?.() === 0,
    isTty,
    isInputTty: process.stdin.isTTY === true && !env.CI,
    hasColour: hasColour(env, isTty),
    columns: process.stdout.columns || 80,
    terminal: process.stdout,
    input: process.stdin,
    errors: process.stderr,
    program: [process.execPath, ...process.execArgv, besides('cli/main.js')],
    keeperFile: besides('keeper.js'),
    pluginHostFile: besides('plugin-host.js'),
    library: besides('index.js'),
    isUnread: () => isUnread,
    webFolder: besides('web'),
    onSignal: (signals, heard) => {
      const listen = (signal: NodeJS.Signals) => heard(signal)
      for (const signal of signals) process.on(signal, listen)
      return () => {
        for (const signal of signals) process.off(signal, listen)
      }
    },
    exit: (code) => process.exit(code),
  }
}

/** By the conventions of no-color.org and force-color.org. */
function hasColour(env: Readonly<Record<string, string>>, isTty: boolean): boolean {
  if (env.NO_COLOR) return false
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0'
  return isTty && env.TERM !== 'dumb'
}

/** A program of ours beside this one: in `dist/`, whichever chunk this code has ended up in. */
function besides(name: string): string {
  for (const up of ['./', '../', '../../']) {
    const path = fileURLToPath(new URL(up + name, import.meta.url))
    if (existsSync(path)) return path
  }
  return fileURLToPath(new URL(`../${name}`, import.meta.url))
}
