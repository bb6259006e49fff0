import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'

/** How long a program may take to say its version, in milliseconds. */
const patienceMs = 15_000

/** The first line that a program prints; null where it cannot be run, fails, or says nothing in time. */
export async function askProgram(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd: string,
): Promise<string | null> {
  const child = spawn(file, [...args], {
    env: { ...env },
    cwd,
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: patienceMs,
    killSignal: 'SIGKILL',
  })
  const ended = new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null))
    child.once('close', (code) => resolve(code))
  })
  const [out, code] = await Promise.all([text(child.stdout).catch(() => ''), ended])
  return code === 0 ? (out.trim().split('\n')[0] ?? '') : null
}
