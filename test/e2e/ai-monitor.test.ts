import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { agentOf, backlogOf, configOf, makeProject } from '../support/project.ts'

const agent = agentOf(`
  const fs = require('node:fs')
  const id = /^# (\\S+?):/m.exec(fs.readFileSync(0, 'utf8'))?.[1]
  if (id === 'T-1') { console.error('Error: EACCES: permission denied'); process.exit(1) }
  if (id === 'T-2') { console.log('the flux is inverted'); process.exit(1) }
  fs.appendFileSync('asked', 'x')
  console.log('Turn the flux around.')
`)
const files = (aiMonitor?: object) => ({
  'package.json': '{}',
  'loopwork.config.json': configOf(agent, { maxRetries: 0, ...(aiMonitor ? { aiMonitor } : {}) }),
  'tasks.json': backlogOf(
    { id: 'T-1', title: 'One', description: 'Do the first of them.' },
    { id: 'T-2', title: 'Two' },
  ),
})

test('a run says what went wrong and what can be done, asks about the rest, and keeps both', async () => {
  const project = makeProject(files({}))
  const { code, out } = await project.loopwork('start')
  expect(code).toBe(9)
  expect(out.match(/T-1 permission-denied: Give the agent the right/g)).toHaveLength(1)
  expect(out).toContain('T-2 unknown: Turn the flux around.')
  expect(project.read('T-2.md')).toBe('# T-2: Two\n\nTwo\n')
  expect(project.read('asked')).toBe('x')
  const status = JSON.parse((await project.loopwork('ai-monitor', '--status', '--json')).out)
  expect(status).toMatchObject({
    ...{ schema: 'loopwork/ai-monitor@1', namespace: 'default', asked: 1, mostAsked: 10 },
    findings: [
      { task: 'T-1', trouble: 'permission-denied', by: 'pattern' },
      { task: 'T-2', trouble: 'unknown', by: 'llm', advice: 'Turn the flux around.' },
    ],
  })
  expect((await project.loopwork('task', 'show', 'T-2')).out).toContain('unknown: Turn the flux around.')
})

test('with dryRun it only says so', async () => {
  const project = makeProject(files({ dryRun: true }))
  const { out } = await project.loopwork('start')
  expect(out).toContain('it would write T-2.md')
  expect(out).toContain('nobody is asked here')
  expect(['T-2.md', 'asked'].map((name) => existsSync(join(project.folder, name)))).toEqual([false, false])
})

test('the flag switches it on and off, and nobody watches without it', async () => {
  const silent = makeProject(files())
  expect((await silent.loopwork('start')).out).not.toContain('permission-denied:')
  expect((await silent.loopwork('ai-monitor', '--dry-run')).out).toMatch(/T-1.*permission-denied/)
  const [on, off] = [makeProject(files()), makeProject(files({}))]
  expect((await on.loopwork('start', '--with-ai-monitor')).out).toContain('T-1 permission-denied:')
  expect((await off.loopwork('start', '--no-with-ai-monitor')).out).not.toContain('permission-denied:')
})

test('the lines of any log are looked at, also while they are written', async () => {
  const project = makeProject(files())
  project.write('logs/old.log', 'fatal: no such file x\n')
  project.write('app.log', 'fine\nconnect ECONNREFUSED 1\nError: the flux is inverted\n')
  const { out } = await project.loopwork('ai-monitor', '--log-file', 'app.log', '--json')
  expect(
    out
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line)),
  ).toMatchObject([
    { trouble: 'network-error', by: 'pattern', text: 'connect ECONNREFUSED 1' },
    { trouble: 'unknown', by: 'llm', advice: 'Turn the flux around.' },
  ])
  expect((await project.loopwork('ai-monitor', '--log-dir', 'logs', '--dry-run')).out).toContain(
    'file-not-found',
  )
  expect((await project.loopwork('ai-monitor', '--log-file', 'none.log')).code).toBe(4)

  const watching = project.begin('ai-monitor', '--watch', '--log-file', 'app.log', '--dry-run')
  const heard = (words: string) =>
    new Promise<void>((resolve) => {
      let said = ''
      watching.stdout?.on('data', (chunk) => {
        said += chunk
        if (said.includes(words)) resolve()
      })
    })
  await heard('network-error')
  const next = heard('timeout')
  project.write('app.log', `${project.read('app.log')}it timed out\n`)
  await next
  watching.kill('SIGINT')
  expect((await watching.answer).code).toBe(0)
})
