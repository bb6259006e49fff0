import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { agentFile, agentText } from '../../src/cli/service/launchd.ts'
import type { ServicePlan } from '../../src/cli/service/plan.ts'
import { unitText } from '../../src/cli/service/systemd.ts'
import { backlogOf, configOf, makeProject } from '../support/project.ts'
import { tempFolder } from '../support/temp.ts'

const has = (program: string, ...args: string[]) => spawnSync(program, args).error === undefined

const plan: ServicePlan = {
  name: 'loopwork-shop-1a2b3c4d-prod',
  namespace: 'prod',
  root: '/home/dev/a "shop" & 100% <more>',
  command: ['/usr/bin/node', '/opt/loop work/main.js', 'start', '--feature', 'a$b "c" %d \\e'],
  env: { PATH: '/usr/bin:/bin', LOOPWORK_MODE: 'service', LOOPWORK_STATE_DIR: '/var/50%' },
  home: '/home/dev',
  outputFile: '/home/dev/<out>',
}

test('a unit of systemd says each word so that systemd reads it as it was', () => {
  const lines = unitText(plan).split('\n')
  expect(lines).toContain('WorkingDirectory=/home/dev/a "shop" & 100%% <more>')
  expect(lines).toContain(
    'ExecStart="/usr/bin/node" "/opt/loop work/main.js" "start" "--feature" "a$$b \\"c\\" %%d \\\\e"',
  )
  expect(lines).toContain('Environment="LOOPWORK_STATE_DIR=/var/50%%"')
  expect(lines).toContain('SuccessExitStatus=9 130 143')
  expect(lines).toContain('RestartPreventExitStatus=2 3 4 8')
})

test('a property list of launchd is read by another program as it was meant', (context) => {
  if (!has('python3', '-c', '')) context.skip('there is no python3 here to judge it')
  const read = 'import plistlib, sys, json; print(json.dumps(plistlib.loads(sys.stdin.buffer.read())))'
  const told = JSON.parse(execFileSync('python3', ['-c', read], { input: agentText(plan), encoding: 'utf8' }))
  expect(told).toMatchObject({
    Label: 'dev.loopwork.loopwork-shop-1a2b3c4d-prod',
    ProgramArguments: plan.command,
    WorkingDirectory: plan.root,
    EnvironmentVariables: plan.env,
    RunAtLoad: true,
    KeepAlive: { Crashed: true },
    StandardErrorPath: plan.outputFile,
  })
  expect(agentFile(plan)).toBe(
    '/home/dev/Library/LaunchAgents/dev.loopwork.loopwork-shop-1a2b3c4d-prod.plist',
  )
})

test.runIf(process.platform === 'linux')('an installed unit is accepted by systemd', async (context) => {
  const project = makeProject({
    'tasks.json': backlogOf({ id: 'T-1', title: 'One' }),
    'loopwork.config.json': configOf(['true']),
  })
  const secret = project.with({ LOOPWORK_GITHUB_TOKEN: 'ghp_0123456789', LOOPWORK_LEASE: '20' })
  const answer = await secret.loopwork('service', 'install', 'prod', '--no-enable', '--json')
  expect(answer).toMatchObject({ code: 0, err: '' })
  const { file, state } = JSON.parse(answer.out)
  expect([file.startsWith(join(project.folder, '.config/systemd/user/')), state]).toEqual([true, 'written'])
  const text = readFileSync(file, 'utf8')
  expect((await secret.loopwork('service', 'install', 'prod', '--print')).out).toBe(text)
  expect(text).toContain('"start" "--auto-resume" "--namespace" "prod"')
  expect(text).toContain('LOOPWORK_LEASE=20')
  expect(text).not.toContain('ghp_')

  if (has('systemd-analyze', '--version')) {
    const runtime = join(tempFolder(), 'run')
    mkdirSync(runtime)
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--user', file], {
      env: { ...process.env, HOME: project.folder, XDG_RUNTIME_DIR: runtime },
      encoding: 'utf8',
    })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  } else context.annotate('there is no systemd-analyze here to judge it')

  const gone = await project.loopwork('service', 'uninstall', 'prod')
  expect([gone.code, existsSync(file)]).toEqual([0, false])
  expect((await project.loopwork('service', 'uninstall', 'prod')).code).toBe(4)
})

test('the command of a service is right at first, after a crash, and after the end', async () => {
  const project = makeProject({
    'tasks.json': backlogOf({ id: 'T-1', title: 'One' }, { id: 'T-2', title: 'Two' }),
    'loopwork.config.json': configOf([
      process.execPath,
      '-e',
      "require('fs').existsSync('slow') && setTimeout(() => {}, 600000)",
    ]),
    slow: '',
  })
  const command = ['start', '--auto-resume', '--json'] as const
  const sessions = async (): Promise<string[]> =>
    (await project.loopwork('log', '--type', 'loop.started', '--json')).out
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line).event.data.session)

  const first = project.begin(...command)
  await expect
    .poll(async () => (await project.loopwork('processes', 'list', '--json')).out, { timeout: 20_000 })
    .toContain('"kind": "agent"')
  first.kill('SIGKILL')
  await first.answer
  rmSync(join(project.folder, 'slow'))
  await project.loopwork('kill', '--orphans')
  expect((await project.loopwork(...command)).code).toBe(0)
  expect((await project.loopwork(...command)).code).toBe(0)
  const [one, two, three] = await sessions()
  expect(two).toBe(one) // resumed
  expect(three).not.toBe(one) // there was nothing to resume
})
