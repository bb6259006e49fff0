import { resolve } from 'node:path'
import { commands } from '../../src/cli/catalogue.ts'
import type { Io } from '../../src/cli/io.ts'
import { run } from '../../src/cli/run.ts'

/** What the real command line answers to words that ask for help. */
export async function helpOf(...words: readonly string[]): Promise<string> {
  let answer = ''
  const say = (text: string): void => {
    answer += text
  }
  const code = await run([...words, '--help'], quietIo(say))
  if (code !== 0) throw new Error(`loopwork ${words.join(' ')} --help ended with ${code}: ${answer}`)
  return answer.trimEnd().replace(/[ \t]+$/gm, '')
}

/** The first word of every command. */
export const commandNames: readonly string[] = commands.map(({ command }) => command.split(' ')[0] ?? '')

/** The flags that a help text lists, long forms only. */
export function flagsIn(help: string): string[] {
  return [...help.matchAll(/^ +(?:-\w, )?--([a-z][a-z-]*)/gm)].map(([, flag]) => flag ?? '')
}

function quietIo(say: (text: string) => void): Io {
  return {
    out: say,
    err: say,
    cwd: resolve('.'),
    env: {},
    pid: process.pid,
    uid: 0,
    platform: 'linux',
    program: ['node', 'loopwork'],
    isUnread: () => false,
    isRoot: false,
    isTty: false,
    isInputTty: false,
    hasColour: false,
    columns: 100,
    terminal: process.stdout,
    input: process.stdin,
    errors: process.stderr,
    pluginHostFile: '',
    keeperFile: '',
    webFolder: '',
    library: '',
    onSignal: () => () => undefined,
    exit: () => undefined,
  }
}
