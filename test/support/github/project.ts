import { agentOf, makeProject, type Project } from '../project.ts'
import type { GitHub } from './server.ts'

/** A project whose tasks are the server's issues; its agent is one line of JavaScript. */
export function projectAt(
  github: GitHub,
  agent = 'process.stdin.resume()',
  more: Readonly<Record<string, unknown>> = {},
): Project {
  const [file, ...args] = agentOf(agent)
  const backend = {
    type: 'github',
    repo: 'acme/app',
    baseUrl: github.url,
    token: github.token,
    pollInterval: 0.1,
    writeInterval: 0,
  }
  const config = { backend, cli: 'command', command: { file, args }, retryDelay: 10, maxIterations: 1_000 }
  return makeProject({ 'loopwork.config.json': JSON.stringify({ ...config, maxRetries: 0, ...more }) })
}
