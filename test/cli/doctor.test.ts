import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { Finding } from '../../src/cli/doctor/finding.ts'
import { storeIn, writeHistory } from '../support/history.ts'
import { agentOf, backlogOf, configOf, makeProject, type Project } from '../support/project.ts'
import { serve } from '../support/services/service.ts'

const sound = {
  'loopwork.config.json': configOf(agentOf('0')),
  'tasks.json': backlogOf({ id: 'A-1', title: 'One' }),
}

async function examine(
  project: Project,
): Promise<{ code: number | null; of(subject: string): Finding | undefined }> {
  const { code, out } = await project.loopwork('doctor', '--json')
  const { schema, findings } = JSON.parse(out) as { schema: string; findings: Finding[] }
  expect(schema).toBe('loopwork/doctor@1')
  expect(findings.filter(({ status, mend }) => status !== 'good' && !mend)).toEqual([])
  return { code, of: (subject) => findings.find((finding) => finding.subject === subject) }
}

test('of a project that is well it says what it found, and leaves nothing behind', async () => {
  const project = makeProject(sound)
  const { code, of } = await examine(project)
  expect(code).toBe(0)
  for (const subject of [
    'Node',
    'Disk',
    'File system',
    'Configuration',
    'Backlog',
    'Agent command',
    'Store',
  ]) {
    expect([subject, of(subject)?.status]).toEqual([subject, 'good'])
  }
  expect(existsSync(join(project.folder, '.loopwork-state'))).toBe(false)
  expect((await project.loopwork('doctor')).out).toMatch(/^good {5}Node: v/)
})

test.each([
  [
    'an agent that is not there',
    { ...sound, 'loopwork.config.json': configOf(['no-such-agent']) },
    6,
    'Agent command',
    /no-such-agent was not found/,
  ],
  [
    'a configuration that is wrong',
    { ...sound, 'loopwork.config.json': '{"maxIterations": "many"}' },
    2,
    'Configuration',
    /maxIterations/,
  ],
  [
    'a backlog that is not there',
    { 'loopwork.config.json': sound['loopwork.config.json'] },
    4,
    'Backlog',
    /there is no .*tasks.json/,
  ],
])('%s is bad, and sets the exit code', async (_, files, exit, subject, found) => {
  const { code, of } = await examine(makeProject(files))
  expect([code, of(subject)]).toMatchObject([exit, { status: 'bad', found: expect.stringMatching(found) }])
})

test('a login that is missing, a lock left behind and a crash while opening are warned of', async () => {
  const project = makeProject({ ...sound, 'loopwork.config.json': configOf(agentOf('0'), { cli: 'claude' }) })
  await writeHistory(project.folder, 2)
  writeFileSync(join(storeIn(project.folder), 'opening'), '4711')
  writeFileSync(join(project.folder, 'tasks.json.lock'), '4711\n')
  const { out } = await project.with({ LOOPWORK_CLAUDE_PATH: process.execPath }).loopwork('doctor')
  expect(out).toMatch(/warning {2}Login of claude: neither a key.*\n.*log in, or set ANTHROPIC_API_KEY/)
  expect(out).toMatch(/good {5}Agent claude: .* \(v\d+/)
  expect(out).toMatch(/warning {2}Lock: .*tasks.json.lock was left/)
  expect(out).toMatch(/warning {2}Store: process 4711 died while it opened the store/)
  expect(
    (
      await project
        .with({ LOOPWORK_CLAUDE_PATH: process.execPath, ANTHROPIC_API_KEY: 'sk-ant-12345678' })
        .loopwork('doctor')
    ).out,
  ).toMatch(/good {5}Login of claude: ANTHROPIC_API_KEY is set/)
})

test('a store that was wound back or cut short is bad', async () => {
  const project = makeProject(sound)
  await writeHistory(project.folder)
  const older = readFileSync(join(storeIn(project.folder), 'wake'), 'utf8')
  writeFileSync(join(storeIn(project.folder), 'wake'), older.replace('122', '130'))
  const woundBack = await examine(project)
  expect([woundBack.code, woundBack.of('Store')]).toMatchObject([
    7,
    { found: 'it ends at event 122, though event 130 was on disk' },
  ])
  truncateSync(join(storeIn(project.folder), 'data.mdb'), 3 * 4096)
  const cut = await examine(project)
  expect([cut.code, cut.of('Store')?.status]).toEqual([7, 'bad'])
}, 60_000)

test.skipIf(process.platform !== 'linux')(
  'an agent that outlived its loop and its supervisor is found',
  async () => {
    const project = makeProject({
      ...sound,
      'loopwork.config.json': configOf(agentOf('setTimeout(() => {}, 120_000)')),
    })
    const run = project.begin('start')
    const jobs = join(project.folder, '.loopwork-state', 'sessions')
    const file = (ending: string): string | undefined =>
      existsSync(jobs)
        ? readdirSync(jobs, { recursive: true, encoding: 'utf8' }).find((path) => path.endsWith(ending))
        : undefined
    await vi.waitFor(() => expect(file('.process.json')).toBeDefined(), 20_000)
    const identity = (ending: string) => JSON.parse(readFileSync(join(jobs, file(ending) ?? ''), 'utf8'))
    const agent: number = identity('.process.json').pid
    onTestFinished(() => {
      process.kill(agent, 'SIGKILL')
    })
    run.kill('SIGKILL')
    await run.answer
    process.kill(identity('.claim.json').supervisor.pid, 'SIGKILL')
    await vi.waitFor(async () => {
      const { code, of } = await examine(project)
      expect(code).toBe(0)
      expect(of('Orphaned agents')).toMatchObject({ status: 'warning', mend: `End them: kill -9 ${agent}` })
      expect(of('Loop default')).toMatchObject({
        status: 'warning',
        mend: expect.stringContaining('loopwork resume'),
      })
    }, 20_000)
  },
  60_000,
)

test('integrations that lack something are named before anything has run, and nothing is sent', async () => {
  const service = await serve(() => ({ status: 500 }))
  const { url } = service
  const project = makeProject({
    ...sound,
    'loopwork.config.json': configOf(agentOf('0'), {
      ...{ telegram: { apiUrl: url }, discord: {}, slack: {}, webhook: { url }, desktop: {} },
      ...{ asana: {}, everhour: {}, todoist: { apiToken: 'is-there', apiUrl: url }, openTelemetry: {} },
    }),
  })
  const { code, of } = await examine(project)
  expect(code).toBe(0)
  for (const [name, found] of [
    ['telegram', 'no token: set botToken or TELEGRAM_BOT_TOKEN'],
    ['discord', 'no address: set webhookUrl or DISCORD_WEBHOOK_URL'],
    ['slack', 'no address: set webhookUrl or SLACK_WEBHOOK_URL'],
    ['webhook', 'no key to sign with: set secret or LOOPWORK_WEBHOOK_SECRET'],
    ['asana', 'no token: set accessToken or ASANA_ACCESS_TOKEN'],
    ['everhour', 'no key: set apiKey or EVERHOUR_API_KEY'],
    ['openTelemetry', 'no address: set endpoint or OTEL_EXPORTER_OTLP_ENDPOINT'],
  ] as const) {
    expect(of(`Plugin ${name}`)).toMatchObject({ status: 'warning', found })
  }
  for (const name of ['todoist', 'desktop']) expect(of(`Plugin ${name}`)?.status).toBe('good')
  expect(service.seen).toEqual([])
})

test('what a plugin could not deliver is told, with how to try again', async () => {
  const service = await serve(() => ({ status: 400, body: { message: 'no' } }))
  const project = makeProject({
    ...sound,
    'loopwork.config.json': configOf(agentOf('0'), { slack: { webhookUrl: `${service.url}/hook-of-ours` } }),
  })
  await project.loopwork('start', '--quiet')
  const { code, of } = await examine(project)
  expect(code).toBe(0)
  expect(of('Plugin slack')).toMatchObject({ status: 'good' }) // it has an address
  const { findings } = JSON.parse((await project.loopwork('doctor', '--json')).out) as { findings: Finding[] }
  expect(findings.filter(({ subject }) => subject === 'Plugin slack').at(-1)).toMatchObject({
    status: 'warning',
    found: expect.stringMatching(/2 undelivered and parked, Slack answered 400: no \(namespace default\)/),
    mend: expect.stringContaining('loopwork plugins retry slack'),
  })
})
