import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeProject } from '../support/project.ts'

const files = { 'package.json': '{}\n' }
const outcomes = async (answer: Promise<{ out: string }>) =>
  JSON.parse((await answer).out).files.map(({ did }: { did: string }) => did)

test.each([
  ['claude', '.mcp.json', '{\n  // mine\n  "mcpServers": { "other": { "command": "x" } }\n}\n'],
  ['gemini', '.gemini/settings.json', '{ "theme": "dark" }\n'],
  ['opencode', 'opencode.json', '{ "$schema": "https://opencode.ai/config.json" }\n'],
  ['codex', '.codex/config.toml', 'model = "gpt-5.5"\n'],
])(
  '%s is told of the server beside what its file holds, and it is taken back',
  async (client, file, before) => {
    const project = makeProject({ ...files, [file]: before })
    expect(await outcomes(project.loopwork('mcp', 'install', client, '--json'))).toEqual(['added'])
    const added = project.read(file)
    expect(added).toContain('loopwork')
    expect(added).toContain(
      before
        .trim()
        .split('\n')
        .at(client === 'claude' ? 1 : 0)
        ?.replace(/[{}]/g, '')
        .trim(),
    )
    expect(await outcomes(project.loopwork('mcp', 'install', client, '--json'))).toEqual(['kept'])
    expect(project.read(file)).toBe(added)
    expect(await outcomes(project.loopwork('mcp', 'uninstall', client, '--json'))).toEqual(['removed'])
    expect(project.read(file).replace(/\s/g, '')).toBe(before.replace(/\s/g, ''))
    expect(await outcomes(project.loopwork('mcp', 'uninstall', client, '--json'))).toEqual(['kept'])
  },
)

test('an entry of somebody else under our name is neither overwritten nor taken away', async () => {
  const theirs = '{ "mcpServers": { "loopwork": { "command": "node", "args": ["mine.js"] } } }\n'
  const project = makeProject({ ...files, '.mcp.json': theirs })
  expect(await outcomes(project.loopwork('mcp', 'install', 'claude', '--json'))).toEqual(['kept'])
  expect(await outcomes(project.loopwork('mcp', 'uninstall', 'claude', '--json'))).toEqual(['kept'])
  expect(project.read('.mcp.json')).toBe(theirs)
})

test('a file that cannot be read is left alone, and an unknown client is told of', async () => {
  const project = makeProject({ ...files, '.mcp.json': '{ "mcpServers": ' })
  expect(await project.loopwork('mcp', 'install', 'claude')).toMatchObject({ code: 2, out: '' })
  expect(project.read('.mcp.json')).toBe('{ "mcpServers": ')
  expect((await project.loopwork('mcp', 'install', 'gemni')).err).toContain('Did you mean gemini?')
})

test('Claude Code is set up once, and taken back to the byte', async () => {
  const project = makeProject({ ...files, 'CLAUDE.md': '# My project\n\nBe brief.\n' })
  const first = await outcomes(project.loopwork('claude', 'install', '--json'))
  expect(new Set(first)).toEqual(new Set(['added']))
  expect(project.read('.claude/skills/loopwork-why/SKILL.md')).toMatch(/^---\nname: loopwork-why\n/)
  expect(project.read('CLAUDE.md')).toMatch(/^# My project\n\nBe brief\.\n\n## Loopwork Integration\n/)
  const again = await outcomes(project.loopwork('claude', 'install', '--json'))
  expect(new Set(again)).toEqual(new Set(['kept']))
  await project.loopwork('claude', 'uninstall')
  expect(project.read('CLAUDE.md')).toBe('# My project\n\nBe brief.\n')
  expect(existsSync(join(project.folder, '.mcp.json'))).toBe(false)
  expect(readdirSync(join(project.folder, '.claude/skills'))).toEqual([])
})

test('a skill that was changed is kept', async () => {
  const project = makeProject({ ...files, '.claude/CLAUDE.md': 'Mine.\n' })
  await project.loopwork('claude', 'install')
  project.write('.claude/skills/loopwork-run/SKILL.md', 'changed')
  await project.loopwork('claude', 'uninstall')
  expect(project.read('.claude/skills/loopwork-run/SKILL.md')).toBe('changed')
  expect(project.read('.claude/CLAUDE.md')).toBe('Mine.\n')
})

test.each([
  ['a wrapper', 'export default withClaudeCode({})(withJSONBackend({ tasksFile: "tasks.json" })(config))'],
  ['a plugin', 'export default { ...config, plugins: [withClaudeCode()] }'],
])('withClaudeCode() as %s sets a project up when a run begins, if it uses Claude Code', async (_, line) => {
  const config = `import { withClaudeCode } from 'loopwork'
    import { withJSONBackend } from 'loopwork/backends'
    const config = { backend: { type: 'json', tasksFile: 'tasks.json' }, cli: 'command', command: { file: 'true' } }
    ${line}`
  const given = { 'loopwork.config.ts': config, 'tasks.json': '{"tasks":[]}' }
  const without = makeProject(given)
  expect(await without.loopwork('start')).toMatchObject({ code: 0 })
  expect(existsSync(join(without.folder, '.mcp.json'))).toBe(false)
  const project = makeProject({ ...given, 'CLAUDE.md': 'Be brief.\n' })
  expect((await project.loopwork('start')).err).toContain('Set up for Claude Code: .mcp.json')
  expect(project.read('CLAUDE.md')).toContain('## Loopwork Integration')
  expect((await project.loopwork('start')).err).not.toContain('Set up')
})

function withClaude(options: object, more: Readonly<Record<string, string>> = {}) {
  return makeProject({
    'loopwork.config.ts': `import { withClaudeCode } from 'loopwork'
      export default withClaudeCode(${JSON.stringify(options)})({
        backend: { type: 'json', tasksFile: 'tasks.json' }, cli: 'command', command: { file: 'true' } })`,
    'tasks.json': '{"tasks":[]}',
    'CLAUDE.md': 'Be brief.\n',
    ...more,
  })
}

test('withClaudeCode({ enabled: false }) sets nothing up', async () => {
  const project = withClaude({ enabled: false })
  expect((await project.loopwork('start')).err).not.toContain('Set up')
  expect(existsSync(join(project.folder, '.mcp.json'))).toBe(false)
  expect(project.read('CLAUDE.md')).toBe('Be brief.\n')
})

test('withClaudeCode() puts skills and section where its options say', async () => {
  const project = withClaude({ skillsDir: 'docs/skills', claudeMdPath: 'AGENTS.md' })
  expect(await project.loopwork('start')).toMatchObject({ code: 0 })
  expect(project.read('docs/skills/loopwork-run/SKILL.md')).toMatch(/^---\nname: loopwork-run\n/)
  expect(project.read('AGENTS.md')).toContain('## Loopwork Integration')
  expect(project.read('CLAUDE.md')).toBe('Be brief.\n')
})

test('a run goes on with a warning where withClaudeCode() cannot set the project up', async () => {
  const project = withClaude({}, { '.mcp.json': '{ "mcpServers": ' })
  const { code, err } = await project.loopwork('start')
  expect({ code, err }).toEqual({
    code: 0,
    err: expect.stringContaining('Claude Code is not set up: .mcp.json'),
  })
  expect(project.read('.mcp.json')).toBe('{ "mcpServers": ')
})
