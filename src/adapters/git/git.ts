import { execFile } from 'node:child_process'

/** What git said; `problem` where it did not do it, `isCut` where that is because it said too much. */
export type Said = { readonly out: string; readonly problem: string | null; readonly isCut: boolean }

/** Runs git with these words, and this in its environment. */
export type Git = (words: readonly string[], more: Readonly<Record<string, string>>) => Promise<Said>

const patienceMs = 15_000
const mostBytes = 2 << 20

/** Git in one folder, without hooks or anything else that would run programs of somebody's choice. */
export function createGit(cwd: string, env: Readonly<Record<string, string | undefined>>): Git {
  const calm = ['-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false', '-c', 'core.quotePath=false']
  const { PATH, HOME } = env
  const bare = { PATH, HOME, LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0' }
  return (words, more) =>
    new Promise((said) => {
      const options = { cwd, env: { ...bare, ...more }, timeout: patienceMs, maxBuffer: mostBytes }
      execFile('git', [...calm, ...words], options, (thrown, out, err) => {
        const isCut = thrown?.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER'
        said({ out, problem: thrown && problemOf(thrown, err), isCut })
      })
    })
}

function problemOf(thrown: Error & { killed?: boolean }, err: string): string {
  if (thrown.killed) return 'git took too long'
  return err.trim().split('\n').at(-1) || thrown.message
}
