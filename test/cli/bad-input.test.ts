import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { agentOf, backlogOf, configOf, makeProject } from '../support/project.ts'

const one = backlogOf({ id: 'A-1', title: 'One', description: 'Do one thing.' })
const quick = configOf(agentOf('process.stdin.resume()'))

/** Nothing a person reads may look like this. */
const stackTrace = /\n\s+at .*:\d+:\d+/

describe('what is wrong is said, with what to do, and nothing is lost', () => {
  test('no configuration and no backlog', async () => {
    const { code, out, err } = await makeProject({ 'package.json': '{}' }).loopwork('start')
    expect({ code, out }).toEqual({ code: 4, out: '' })
    expect(err).toMatch(/error: there is no loopwork\.config\.ts in/)
    expect(err).toMatch(/hint: {2}Set the project up with `loopwork init`/)
  })

  test.each([
    ['a syntax error', 'export default {', /loopwork\.config\.ts/],
    ['a missing module', "import 'not-there'\nexport default {}", /not-there/],
    ['a wrong value', "export default { cli: 'claude', maxIterations: 'many' }", /maxIterations/],
    ['an unknown agent', "export default { cli: 'cloude' }", /cloude[\s\S]*claude/],
  ])('a configuration with %s', async (_, config, message) => {
    const project = makeProject({ 'loopwork.config.ts': config, 'tasks.json': one })
    const { code, err } = await project.loopwork('start', '--tasks-file', 'tasks.json')
    expect(code).toBe(2)
    expect(err).toMatch(message)
    expect(err).toMatch(/hint:/)
    expect(err).not.toMatch(stackTrace)
  })

  test('no tasks file', async () => {
    const { code, err } = await makeProject({ 'loopwork.config.json': quick }).loopwork('start')
    expect(code).toBe(4)
    expect(err).toMatch(/tasks\.json/)
    expect(err).toMatch(/loopwork init/)
  })

  test.each([
    ['invalid JSON', '{ "tasks": [\n  { "id": "A-1", }\n] }', /tasks\.json:2:\d+/],
    ['a duplicate id', backlogOf({ id: 'A-1' }, { id: 'A-1' }), /A-1/],
    ['an id that reaches outside', backlogOf({ id: '../../x' }), /\.\.\/\.\.\/x/],
    ['an unknown status', backlogOf({ id: 'A-1', status: 'nearly' }), /nearly/],
  ])('a backlog with %s', async (_, tasks, message) => {
    const project = makeProject({ 'loopwork.config.json': quick, 'tasks.json': tasks })
    const { code, err } = await project.loopwork('start')
    expect(code).toBe(2)
    expect(err).toMatch(message)
    expect(err).not.toMatch(stackTrace)
    expect(project.read('tasks.json')).toBe(tasks)
  })

  test('an unknown agent on the command line', async () => {
    const project = makeProject({ 'loopwork.config.json': quick, 'tasks.json': one })
    const { code, err } = await project.loopwork('start', '--cli', 'claud')
    expect(code).toBe(2)
    expect(err).toMatch(/claud[\s\S]*claude/)
  })

  test('an agent that is not on the PATH', async () => {
    const project = makeProject({ 'loopwork.config.json': quick, 'tasks.json': one })
    const { code, err } = await project.with({ PATH: project.folder }).loopwork('start', '--cli', 'gemini')
    expect(code).toBe(6)
    expect(err).toMatch(/gemini was not found on the PATH/)
    expect(err).toMatch(/npm install -g @google\/gemini-cli/)
    expect(project.read('tasks.json')).toBe(one)
  })

  test.skipIf(process.getuid?.() === 0)('a state folder that may not be written', async () => {
    const project = makeProject({ 'loopwork.config.json': quick, 'tasks.json': one })
    chmodSync(project.folder, 0o500)
    const { code, err } = await project.loopwork('start')
    chmodSync(project.folder, 0o700)
    expect(code).toBe(6)
    expect(err).toMatch(/state/)
  })

  test('a state folder on a disk that may not be written', async ({ skip }) => {
    const project = makeProject({ 'loopwork.config.json': quick, 'tasks.json': one })
    const folder = join(project.folder, '.loopwork-state')
    mkdirSync(folder)
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', folder]).status === 0
    if (!mounted) skip('no file system may be mounted here')
    onTestFinished(() => {
      spawnSync('umount', ['-l', folder])
    })
    const { code, out, err } = await project.loopwork('start')
    expect({ code, out }).toEqual({ code: 6, out: '' })
    expect(err).toMatch(/error: .*\.loopwork-state[\s\S]*hint:/)
    expect(err).not.toMatch(stackTrace)
    expect(project.read('tasks.json')).toBe(one)
  })

  test('a state folder that cannot be a folder', async () => {
    const project = makeProject({
      'loopwork.config.json': quick,
      'tasks.json': one,
      '.loopwork-state': 'a file',
    })
    const { code, err } = await project.loopwork('start')
    expect(code).toBe(6)
    expect(err).toMatch(/\.loopwork-state/)
    expect(err).not.toMatch(stackTrace)
  })

  test('two starts in one namespace', async () => {
    const project = makeProject({
      'loopwork.config.json': configOf(agentOf('setTimeout(() => {}, 60000)')),
      'tasks.json': one,
    })
    const first = project.begin('start')
    await running(project)
    const second = await project.loopwork('start')
    expect(second.code).toBe(8)
    expect(second.err).toMatch(/has been working in the namespace default/)
    first.kill('SIGTERM')
    expect((await first.answer).code).toBe(143)
    expect(JSON.parse(project.read('tasks.json')).tasks[0].status).toBe('pending')
  })

  test('an unknown task to begin with', async () => {
    const project = makeProject({ 'loopwork.config.json': quick, 'tasks.json': one })
    const { code, err } = await project.loopwork('start', '--task', 'A-7')
    expect(code).toBe(4)
    expect(err).toMatch(/A-7/)
  })

  test.each([
    ['a command', ['stat'], /unknown command stat\b[\s\S]*start/],
    ['an option', ['status', '--fast'], /fast/],
    ['a number', ['start', '--timeout', 'soon'], /timeout/],
    ['an action', ['task', 'finish', 'A-1'], /finish/],
    ['a choice', ['kill', 'auth', '--all'], /either the one or --all/],
    ['an argument', ['labels'], /labels needs more: loopwork labels <action>[\s\S]*loopwork labels --help/],
  ])('%s that does not exist, or is missing', async (_, words, message) => {
    const project = makeProject({ 'loopwork.config.json': quick, 'tasks.json': one })
    const { code, err } = await project.loopwork(...words)
    expect(code).toBe(2)
    expect(err).toMatch(message)
    expect(err).not.toMatch(stackTrace)
  })

  test('a failure with --json is one JSON document', async () => {
    const project = makeProject({ 'loopwork.config.json': quick })
    const { code, out } = await project.loopwork('start', '--json')
    expect(code).toBe(4)
    expect(JSON.parse(out)).toMatchObject({
      schema: 'loopwork/error@1',
      error: { code: 'not_found', exitCode: 4 },
    })
  })
})

describe('what agents do to us', () => {
  test('a prompt of 5 MB arrives whole on standard input', async () => {
    const text = 'x'.repeat(5 << 20)
    const count =
      "let n=0;process.stdin.on('data',c=>n+=c.length).on('end',()=>require('fs').writeFileSync('count.txt',String(n)))"
    const project = makeProject({
      'loopwork.config.json': configOf(agentOf(count)),
      'tasks.json': backlogOf({ id: 'A-1', title: 'Long' }),
      'A-1.md': `# A-1: Long\n\n${text}\n`,
    })
    expect(await project.loopwork('start')).toMatchObject({ code: 0 })
    expect(Number(project.read('count.txt'))).toBeGreaterThan(5 << 20)
  })

  test('a prompt that is too long for an argument stops for a person', async () => {
    const project = makeProject({
      'loopwork.config.json': configOf([process.execPath, '-e', '', '{prompt}']),
      'tasks.json': backlogOf({ id: 'A-1', title: 'Long' }),
      'A-1.md': `# A-1: Long\n\n${'x'.repeat(200_000)}\n`,
    })
    const { code, out } = await project.loopwork('start')
    expect(code).toBe(9)
    expect(out).toMatch(/more than an argument can hold/)
  })

  test('invalid UTF-8 is kept as it came, and does no harm', async () => {
    const print = 'process.stdout.write(Buffer.from([0x6f,0x6b,0xff,0xfe,0xc3,0x28,0x0a]))'
    const project = makeProject({ 'loopwork.config.json': configOf(agentOf(print)), 'tasks.json': one })
    expect(await project.loopwork('start')).toMatchObject({ code: 0 })
    expect(JSON.parse(project.read('tasks.json')).tasks[0].status).toBe('completed')
  })

  test('a task that fails every time has failed, and the exit code says so', async () => {
    const project = makeProject({
      'loopwork.config.json': configOf(agentOf("console.error('no way');process.exit(3)"), { maxRetries: 1 }),
      'tasks.json': backlogOf({ id: 'A-1', title: 'One' }, { id: 'A-2', title: 'Two', dependsOn: ['A-1'] }),
    })
    const { code, out } = await project.loopwork('start')
    expect(code).toBe(9)
    expect(out).toMatch(/A-1 failed: it exited with 3: no way/)
    expect(out).toMatch(/A-2 blocked: waits for A-1/)
    expect(
      JSON.parse(project.read('tasks.json')).tasks.map(({ status }: { status: string }) => status),
    ).toEqual(['failed', 'pending'])
    expect(project.read('A-1.log')).toMatch(/FAILED: it exited with 3: no way/)
  })

  test('dependencies that are missing or go in a circle are named, and the rest is done', async () => {
    const project = makeProject({
      'loopwork.config.json': quick,
      'tasks.json': backlogOf(
        { id: 'A', dependsOn: ['ghost'] },
        { id: 'B', dependsOn: ['C'] },
        { id: 'C', dependsOn: ['B'] },
        { id: 'D' },
      ),
    })
    const { code, out } = await project.loopwork('start')
    expect(code).toBe(9)
    expect(out).toMatch(/A blocked: depends on ghost, which the backlog does not have/)
    expect(out).toMatch(/B blocked: depends on itself through C/)
    expect(JSON.parse(project.read('tasks.json')).tasks[3].status).toBe('completed')
  })
})

/** Resolves when an attempt runs in the project. */
async function running(project: ReturnType<typeof makeProject>): Promise<void> {
  for (;;) {
    const { out } = await project.loopwork('status', '--json')
    if (out && JSON.parse(out).tasks.active.some(({ state }: { state: string }) => state === 'running'))
      return
  }
}
