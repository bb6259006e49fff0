import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { backlogOf, configOf, makeProject } from '../support/project.ts'
import { tempFolder } from '../support/temp.ts'
import { judge, runToEnd } from './judge.ts'
import { openScriptedModel } from './scripted-model.ts'

const version = '2.1.330'
const server = [process.execPath, resolve('dist/cli/main.js'), 'mcp']

async function claudeCode(folder: string, model = 'http://127.0.0.1:9') {
  const binary = join(await judge('@anthropic-ai/claude-code', version), '../../.bin/claude')
  const env = {
    HOME: tempFolder(),
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
    ANTHROPIC_BASE_URL: model,
    ANTHROPIC_API_KEY: 'sk-of-nobody',
    IS_SANDBOX: '1',
  }
  return (...words: readonly string[]) => runToEnd(binary, words, { cwd: folder, env })
}

function project() {
  return makeProject({
    'loopwork.config.json': configOf(['true']),
    'tasks.json': backlogOf({ id: 'A-1', title: 'Write the manual' }),
  })
}

test('Claude Code connects to the server', async () => {
  const claude = await claudeCode(project().folder)
  await claude('mcp', 'add', '-s', 'user', 'loopwork', '--', ...server)
  expect((await claude('mcp', 'list')).out).toMatch(/loopwork: .* Connected/)
})

test('a model in Claude Code lists the tasks', async () => {
  const model = await openScriptedModel(({ results }) =>
    results.length === 0
      ? { tool: 'mcp__loopwork__loopwork_list_tasks', input: {} }
      : `It said: ${results.join(' ')}`,
  )
  const claude = await claudeCode(project().folder, model)
  const [command, ...args] = server
  const config = { mcpServers: { loopwork: { type: 'stdio', command, args, alwaysLoad: true } } }
  const { code, out, err } = await claude(
    ...['-p', '--mcp-config', JSON.stringify(config), '--strict-mcp-config'],
    ...['--dangerously-skip-permissions', 'What is there to do?'],
  )
  expect(code, err).toBe(0)
  expect(out).toContain('Write the manual')
})

test('Claude Code finds nothing wrong with the plugin and its marketplace', async () => {
  const claude = await claudeCode(resolve('.'))
  for (const path of ['.', 'plugin']) {
    const { code, out, err } = await claude('plugin', 'validate', path)
    expect(code, out + err).toBe(0)
    expect(out).toContain('Validation passed')
  }
})

test('a project in which `loopwork claude install` was called is found by Claude Code', async () => {
  const { folder, loopwork } = project()
  await loopwork('claude', 'install')
  const claude = await claudeCode(folder)
  expect((await claude('mcp', 'list')).out).toMatch(/loopwork: npx -y loopwork mcp/)
})
