import { spawnSync } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { onTestFinished } from 'vitest'

/** Whether this machine has tmux; where it has not, nothing can be seen of a terminal. */
export const hasTmux = spawnSync('tmux', ['-V']).status === 0

/** A real terminal with a program in it. */
export type Terminal = {
  /** The screen as text, once `seen` is true of it. */
  screen(seen?: (text: string) => boolean): Promise<string>
  /** The screen as it is now, with the sequences that colour it. */
  raw(): string
  press(...keys: readonly string[]): void
  /** What tmux says of the pane: `#{alternate_on}`, `#{cursor_flag}`, `#{pane_pid}`. */
  ask(format: string): string
  resize(columns: number, rows: number): void
}

const patienceMs = 20_000
let terminals = 0

/** Opens a terminal of this size; it is gone when the test is over. */
export function openTerminal(
  size: { readonly columns: number; readonly rows: number },
  command: string,
): Terminal {
  terminals += 1
  const socket = `loopwork-test-${process.pid}-${terminals}`
  const tmux = (...args: readonly string[]): string => {
    const { stdout, stderr, status } = spawnSync('tmux', ['-L', socket, '-f', '/dev/null', ...args], {
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(`tmux ${args[0]}: ${stderr}`)
    return stdout
  }
  const { columns, rows } = size
  tmux('-u', 'new-session', '-d', '-x', String(columns), '-y', String(rows), command)
  onTestFinished(() => {
    spawnSync('tmux', ['-L', socket, 'kill-server'])
  })
  const look = (): string => tmux('capture-pane', '-p', '-t', '0').replace(/[ \t]+$/gm, '')

  return {
    screen: async (seen = () => true) => {
      const end = performance.now() + patienceMs
      for (;;) {
        const text = look()
        if (seen(text)) return text
        if (performance.now() > end) throw new Error(`it never came to be seen; the screen is:\n${text}`)
        await pause(50)
      }
    },
    raw: () => tmux('capture-pane', '-e', '-p', '-t', '0'),
    press: (...keys) => {
      tmux('send-keys', '-t', '0', ...keys)
    },
    ask: (format) => tmux('display-message', '-p', '-t', '0', format).trim(),
    resize: (wide, high) => {
      tmux('resize-window', '-t', '0', '-x', String(wide), '-y', String(high))
    },
  }
}

/** The program that the shell of a pane runs now. */
export function childOf(pid: string): number {
  const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', pid], { encoding: 'utf8' })
  return Number(stdout.trim().split('\n')[0])
}
