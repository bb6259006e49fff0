import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { agentOf, backlogOf, configOf, makeProject } from '../support/project.ts'

/** Works until the file `go` is there. */
const agent = agentOf(
  "const fs = require('node:fs'); setInterval(() => { if (fs.existsSync('go')) process.exit(0) }, 20)",
)
const token = 'a-token-of-the-test'

function projectAt(dashboard: object) {
  const project = makeProject({
    'package.json': '{}',
    'loopwork.config.json': configOf(agent, { dashboard }),
    'tasks.json': backlogOf(
      { id: 'T-1', title: 'One', priority: 'low' },
      { id: 'T-2', title: 'Two', dependsOn: ['T-1'] },
    ),
  })
  return { project, begin: () => project.with({ LOOPWORK_DASHBOARD_TOKEN: token }).begin('start') }
}

/** The address that a run names, once it does and its first task is begun. */
function addressIn(run: ReturnType<ReturnType<typeof projectAt>['begin']>): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    run.stdout?.on('data', (chunk) => {
      said += chunk
      const url = /dashboard: open (http:\S+)/.exec(said)?.[1]
      if (url && said.includes('T-1 attempt 1')) resolve(url)
    })
    run.answer.then(({ out, err }) => reject(new Error(`it ended: ${out}${err}`)))
  })
}

test('a run serves the web app and what scripts knew, with the token, and ends it with itself', async () => {
  const { project, begin } = projectAt({ port: 0, autoOpen: true })
  const run = begin()
  const url = new URL(await addressIn(run))
  const get = (path: string, headers = { authorization: `Bearer ${token}` }) =>
    fetch(url.origin + path, { headers })
  expect((await get('/', {} as never)).status).toBe(401)
  expect(await (await get('/')).text()).toContain('<title>')
  expect(await (await get('/health')).json()).toMatchObject({ status: 'ok', namespace: 'default' })
  expect(await (await get('/api/status')).json()).toMatchObject({ schema: 'loopwork/status@1' })
  expect(await (await get('/api/namespaces')).json()).toEqual({ namespaces: ['default'] })
  expect(await (await get('/api/tasks')).json()).toMatchObject({ tasks: [{ id: 'T-2' }, { id: 'T-1' }] })
  expect(await (await get('/api/tasks/current')).json()).toMatchObject({
    task: { id: 'T-1', status: 'in-progress' },
  })
  expect(await (await get('/api/tasks/next')).json()).toEqual({ task: null })
  expect(await (await get('/api/tasks/stats')).json()).toMatchObject({ total: 2, pending: 1, inProgress: 1 })
  expect((await get('/api/tasks/nothing')).status).toBe(404)
  project.write('go', '')
  expect((await run.answer).code).toBe(0)
  await expect(get('/health')).rejects.toThrow()
})

test('a port that is taken is named in one line, and the run goes on', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => other.once('listening', resolve))
  onTestFinished(() => void other.close())
  const { port } = other.address() as AddressInfo
  const { project, begin } = projectAt({ port, host: '0.0.0.0' })
  project.write('go', '')
  const { code, out, err } = await begin().answer
  expect(code, err).toBe(0)
  expect(out.split('\n').filter((line) => line.includes('dashboard'))).toEqual([
    'dashboard: it is served on this machine alone, not on 0.0.0.0',
    `dashboard: not served, the run goes on: port ${port} is taken`,
  ])
})
