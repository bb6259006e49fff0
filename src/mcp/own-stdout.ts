import type { Writable } from 'node:stream'

type Write = NodeJS.WriteStream['write']

/**
 * Takes standard output for the protocol alone: whatever else in this process writes to it, a configuration
 * or a library, goes to standard error from now on.
 */
export function ownStdout(stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream): Pick<Writable, 'write'> {
  const write = stdout.write.bind(stdout) as Write
  stdout.write = stderr.write.bind(stderr) as Write
  return { write: write as Writable['write'] }
}
