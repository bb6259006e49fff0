import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { applyInit } from '../../../src/config/init/apply.ts'
import { gitignoreOf } from '../../../src/config/init/files.ts'
import { defaultPlan, type InitPlan } from '../../../src/config/init/plan.ts'
import { loadConfig } from '../../../src/config/load.ts'
import { resolveSettings } from '../../../src/config/settings.ts'
import { library, project } from '../project.ts'

const everything = [
  'loopwork.config.ts',
  '.specs/tasks/TASK-001.md',
  '.specs/tasks/tasks.json',
  '.specs/tasks/templates/feature-template.md',
  '.specs/tasks/templates/bugfix-template.md',
  'README.md',
  '.gitignore',
]

const read = (root: string, path: string) => readFileSync(join(root, path), 'utf8')

test('an empty folder becomes a project', async () => {
  const root = project({})
  expect(await applyInit(defaultPlan, root)).toEqual({ written: everything, kept: [] })
  expect(JSON.parse(read(root, '.specs/tasks/tasks.json')).tasks[0]).toEqual({
    id: 'TASK-001',
    status: 'pending',
    priority: 'high',
  })
  expect(read(root, '.specs/tasks/TASK-001.md')).toMatch(/^# TASK-001: /)
  expect(read(root, '.gitignore').split('\n')).toEqual([
    '# loopwork',
    '.loopwork-state/',
    'node_modules/',
    '*.log',
    '.env',
    '.env.local',
    '',
  ])
})

test('a second time changes nothing', async () => {
  const root = project({})
  await applyInit(defaultPlan, root)
  const before = everything.map((path) => read(root, path))
  const { written, kept } = await applyInit(defaultPlan, root)
  expect([written, [...kept].sort()]).toEqual([[], everything.filter((path) => !path.includes('001')).sort()])
  expect(everything.map((path) => read(root, path))).toEqual(before)
})

test('what was there before stays, and the first task is not described beside foreign tasks', async () => {
  const mine = {
    'loopwork.config.ts': 'mine',
    '.specs/tasks/tasks.json': '{"tasks":[]}',
    '.specs/tasks/templates/bugfix-template.md': 'mine',
    'README.md': 'mine',
    '.gitignore': 'dist',
  }
  const root = project(mine)
  const { written } = await applyInit(defaultPlan, root)
  expect(written).toEqual(['.specs/tasks/templates/feature-template.md', '.gitignore'])
  for (const [path, content] of Object.entries(mine)) expect(read(root, path)).toContain(content)
  expect(existsSync(join(root, '.specs/tasks/TASK-001.md'))).toBe(false)
})

test('a set-up that was cut off is finished', async () => {
  const root = project({ '.specs/tasks/TASK-001.md': '# TASK-001: mine' })
  const { written, kept } = await applyInit(defaultPlan, root)
  expect(kept).toEqual(['.specs/tasks/TASK-001.md'])
  expect(written).toContain('.specs/tasks/tasks.json')
})

test('a configuration is replaced only when that was chosen, and nothing else with it', async () => {
  const root = project({
    'loopwork.config.ts': 'mine',
    '.specs/tasks/tasks.json': 'mine',
    'README.md': 'mine',
  })
  const { written } = await applyInit({ ...defaultPlan, overwriteConfig: true }, root)
  expect(written).toContain('loopwork.config.ts')
  expect(read(root, 'loopwork.config.ts')).toContain('defineConfig(')
  expect([read(root, '.specs/tasks/tasks.json'), read(root, 'README.md')]).toEqual(['mine', 'mine'])
})

test('a configuration of another name is not hidden by a second one', async () => {
  const root = project({ 'loopwork.config.mjs': 'export default {}' })
  const { kept } = await applyInit(defaultPlan, root)
  expect(kept).toEqual(['loopwork.config.mjs'])
  expect(readdirSync(root)).not.toContain('loopwork.config.ts')
})

test.skipIf(process.getuid?.() === 0)('a folder that may not be written is named', async () => {
  const root = project({})
  chmodSync(root, 0o500)
  await expect(applyInit(defaultPlan, root)).rejects.toMatchObject({ code: 'unavailable' })
  chmodSync(root, 0o700)
})

test('a file where a folder should be is named', async () => {
  const root = project({})
  writeFileSync(join(root, '.specs'), '')
  await expect(applyInit(defaultPlan, root)).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('TASK-001.md cannot be written'),
  })
})

describe('the configuration that is written', () => {
  const plans: [string, InitPlan, object][] = [
    ['with all defaults', defaultPlan, { budget: { dailyUsd: 10, alertThreshold: 0.8 }, cli: 'claude' }],
    [
      'for GitHub, with messages and without costs',
      {
        ...defaultPlan,
        backend: { kind: 'github', repo: 'a/b' },
        cli: 'codex',
        dailyBudgetUsd: null,
        telegram: true,
        discord: true,
      },
      { backend: { kind: 'github', repo: 'a/b' }, cli: 'codex', budget: { dailyUsd: null } },
    ],
    [
      'for the GitHub of the working copy',
      { ...defaultPlan, backend: { kind: 'github', repo: null } },
      { backend: { repo: null } },
    ],
    [
      'for a folder with a name that needs care',
      { ...defaultPlan, backend: { kind: 'json', tasksDir: 'it\'s "here"' } },
      { backend: { kind: 'json' } },
    ],
  ]
  test.each(plans)('%s means what was planned', async (_, plan, expected) => {
    const root = project({})
    await applyInit(plan, root)
    const { config, warnings } = await loadConfig({ projectRoot: root, env: {}, library })
    const settings = resolveSettings({ flags: {}, env: {}, config, projectRoot: root, cwd: root })
    expect(warnings).toEqual([])
    expect(settings).toMatchObject(expected)
    if (settings.backend.kind === 'json') expect(existsSync(settings.backend.tasksFile)).toBe(true)
  })

  test('reads tokens from the environment and holds none', async () => {
    const root = project({})
    await applyInit({ ...defaultPlan, telegram: true, discord: true }, root)
    const text = read(root, 'loopwork.config.ts')
    for (const name of ['TELEGRAM_BOT_TOKEN', 'TELEGRAM_CHAT_ID', 'DISCORD_WEBHOOK_URL']) {
      expect(text).toContain(`process.env.${name},`)
    }
  })
})

describe('.gitignore', () => {
  test('is left alone where nothing is missing', () => {
    expect(gitignoreOf('.loopwork-state\nnode_modules\n*.log\n.env\n.env.local')).toBeNull()
  })

  test('gains only what is missing, in its own line ends', () => {
    expect(gitignoreOf('node_modules/\r\n*.log\r\n.env')).toBe(
      'node_modules/\r\n*.log\r\n.env\r\n\r\n# loopwork\r\n.loopwork-state/\r\n.env.local\r\n',
    )
  })

  test('gains no second heading', () => {
    expect(gitignoreOf('# loopwork\n.loopwork-state/\nnode_modules/\n*.log\n.env\n')).toBe(
      '# loopwork\n.loopwork-state/\nnode_modules/\n*.log\n.env\n.env.local\n',
    )
  })
})
