import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { agentOf, backlogOf, configOf, makeProject } from '../support/project.ts'

const secret = 'sk-ant-api03-never-show-this'

test('a secret that an agent prints reaches no file, no event and no screen', async () => {
  const leak =
    "console.log('my key is '+process.env.ANTHROPIC_API_KEY);console.error(process.env.ANTHROPIC_API_KEY)"
  const project = makeProject({
    'loopwork.config.json': configOf(agentOf(leak), { verify: [process.execPath, '-e', leak] }),
    'tasks.json': backlogOf({ id: 'A-1', title: 'Leak', description: `Use ${secret} for it.` }),
  })
  const { code, out, err } = await project.with({ ANTHROPIC_API_KEY: secret }).loopwork('start', '--debug')
  expect(code).toBe(0)
  expect(out + err).not.toContain(secret)
  expect(out).toContain('my key is ***ANTHROPIC_API_KEY***')

  const state = join(project.folder, '.loopwork-state')
  const files = readdirSync(state, { recursive: true, encoding: 'utf8' }).map((path) => join(state, path))
  const texts = files
    .filter((path) => statSync(path).isFile())
    .map((path) => [path, readFileSync(path)] as const)
  expect(texts.length).toBeGreaterThan(8)
  expect(texts.filter(([, bytes]) => bytes.includes(secret)).map(([path]) => path)).toEqual([])
  expect(texts.some(([path, bytes]) => path.endsWith('-output.txt') && bytes.includes('***ANTHROPIC'))).toBe(
    true,
  )
})

test('neither do those that the configuration gives to agents and services', async () => {
  const account = 'account-of-the-second-model-9'
  const bot = 'token-of-a-chat-nobody-has-7'
  const leak = "console.log('with '+process.env.SECOND_KEY);process.exit(3)"
  const project = makeProject({
    'tasks.json': backlogOf({ id: 'A-1', title: 'Leak' }),
    'loopwork.config.mjs': `
      import { writeFileSync } from 'node:fs'
      const { default: base } = await import('./base.mjs')
      export default {
        ...base,
        cliConfig: { models: [{ cli: 'command', env: { SECOND_KEY: '${account}' } }] },
        chat: undefined,
        plugins: [{
          name: 'talks',
          botToken: '${bot}',
          setup(context) {
            context.log?.info?.('I am ${account} and ${bot}')
            console.log('I print ${account} and ${bot}')
          },
          onTaskFailed() { throw new Error('broken by ${account} and ${bot}') },
        }],
      }`,
    'base.mjs': `export default ${configOf(agentOf(leak), { maxRetries: 1, retryDelay: 0 })}`,
  })
  const { out, err } = await project.loopwork('start', '--debug')
  expect(out + err).toContain('I print ***SECOND_KEY*** and ***PLUGINS_BOT_TOKEN***')
  expect(out + err).not.toMatch(new RegExp(`${account}|${bot}`))
  const state = join(project.folder, '.loopwork-state')
  const holding = readdirSync(state, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(state, path)).isFile())
    .filter((path) => new RegExp(`${account}|${bot}`).test(readFileSync(join(state, path), 'latin1')))
  expect(holding).toEqual([])
  expect((await project.loopwork('log', '--json')).out).toContain('***SECOND_KEY***')
})

test('what a session leaves behind can be read by its owner alone', async () => {
  const project = makeProject({
    'loopwork.config.json': configOf(agentOf("console.log('x')")),
    'tasks.json': backlogOf({ id: 'A-1', title: 'One' }),
  })
  await project.loopwork('start')
  const state = join(project.folder, '.loopwork-state')
  const open = readdirSync(state, { recursive: true, encoding: 'utf8' }).filter(
    (path) => (statSync(join(state, path)).mode & 0o077) !== 0,
  )
  expect(open).toEqual([])
})
