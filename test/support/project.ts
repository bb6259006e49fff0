import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { onTestFinished } from 'vitest'
import { tempFolder } from './temp.ts'

/** What the program answered. */
export type Answer = { readonly code: number | null; readonly out: string; readonly err: string }

/** A project in a folder of its own, and the built program in it. */
export type Project = {
  readonly folder: string
  write(path: string, text: string): void
  read(path: string): string
  /** For one that was kept over several tests. */
  remove(): void
  /** Runs the program to its end. */
  loopwork(...words: readonly string[]): Promise<Answer>
  /** The same with more in its environment. */
  with(env: Readonly<Record<string, string>>): Pick<Project, 'loopwork' | 'begin'>
  /** Starts the program and leaves it running; it is gone when the test is over. */
  begin(...words: readonly string[]): ChildProcess & { readonly answer: Promise<Answer> }
}

const ours = resolve('dist/cli/main.js')

export function makeProject(
  files: Readonly<Record<string, string>> = {},
  given: {
    readonly keep?: boolean
    readonly inherited?: Readonly<Record<string, string | undefined>>
    /** Where the program is in the project itself, if it is not the one of this repository. */
    readonly program?: string
  } = {},
): Project {
  const { keep = false, inherited = process.env, program = ours } = given
  const folder = keep ? mkdtempSync(join(tmpdir(), 'loopwork-')) : tempFolder()
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  for (const [path, text] of Object.entries(files)) write(path, text)

  const launcher = (env: Readonly<Record<string, string>>) => {
    const begin: Project['begin'] = (...words) => {
      const child = spawn(process.execPath, [program, ...words], {
        cwd: folder,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...inherited, HOME: folder, NO_COLOR: '1', ...env },
      })
      if (!keep) {
        onTestFinished(() => {
          child.kill('SIGKILL')
        })
      }
      let out = ''
      let err = ''
      child.stdout.on('data', (chunk) => {
        out += chunk
      })
      child.stderr.on('data', (chunk) => {
        err += chunk
      })
      const answer = once(child, 'close').then(([code]) => ({ code: code as number | null, out, err }))
      return Object.assign(child, { answer })
    }
    return { begin, loopwork: (...words: readonly string[]) => begin(...words).answer }
  }

  return {
    folder,
    write,
    remove: () => rmSync(folder, { recursive: true, force: true }),
    read: (path) => readFileSync(join(folder, path), 'utf8'),
    ...launcher({}),
    with: launcher,
  }
}

/** A JSON backlog. */
export function backlogOf(...tasks: readonly Readonly<Record<string, unknown>>[]): string {
  return JSON.stringify({ tasks: tasks.map((task) => ({ status: 'pending', ...task })) }, null, 2)
}

/** A configuration with a command as its agent. */
export function configOf(agent: readonly string[], more: Readonly<Record<string, unknown>> = {}): string {
  const [file, ...args] = agent
  return JSON.stringify({
    backend: { type: 'json', tasksFile: 'tasks.json' },
    cli: 'command',
    command: { file, args },
    retryDelay: 10,
    ...more,
  })
}

/** An agent that runs one line of JavaScript. */
export function agentOf(script: string): string[] {
  return [process.execPath, '-e', script]
}
