import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { makeProject, type Project } from '../support/project.ts'
import { hasTmux, openTerminal } from '../support/tmux.ts'

const fake = { LOOPWORK_CLAUDE_PATH: resolve('test/fixtures/programs/fake-claude.mjs') }

test('what `init -y` writes can be run at once, and a second time changes nothing', async () => {
  const project = makeProject()
  const first = JSON.parse((await project.loopwork('init', '-y', '--json')).out)
  expect(first).toMatchObject({ schema: 'loopwork/init@1', kept: [] })
  const before = contents(project)

  const second = JSON.parse((await project.loopwork('init', '-y', '--json')).out)
  expect(second.written).toEqual([])
  expect(contents(project)).toEqual(before)

  const { code, out, err } = await project.with(fake).loopwork('start')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out).toMatch(/1 completed, 0 left/)
  expect(JSON.parse(project.read('.specs/tasks/tasks.json')).tasks).toMatchObject([{ status: 'completed' }])
})

test.skipIf(!hasTmux)('on a terminal it asks, and whoever leaves has changed nothing', async () => {
  const project = makeProject()
  const program = `"${process.execPath}" "${resolve('dist/cli/main.js')}" init`
  const command = `cd "${project.folder}" && env -u CI ${program}; echo "ended with $?"; exec sleep 600`
  const leaving = openTerminal({ columns: 80, rows: 50 }, command)
  await leaving.screen((text) => /Where do tasks come from/.test(text))
  leaving.press('Enter')
  await leaving.screen((text) => /Which AI command-line tool/.test(text))
  leaving.press('C-c')
  expect(await leaving.screen((text) => /ended with/.test(text))).toMatch(
    /Nothing was changed[\s\S]*with 130/,
  )
  expect(readdirSync(project.folder)).toEqual([])

  const terminal = openTerminal({ columns: 80, rows: 50 }, command)
  for (const question of [
    /Where do tasks come from/,
    /Which AI command-line tool/,
    /In which folder/,
    /Track costs/,
    /How many dollars/,
    /Telegram/,
    /Discord/,
    /templates/,
    /\.gitignore\?/,
    /README\.md\?/,
  ]) {
    await terminal.screen((text) => question.test(text))
    terminal.press('Enter')
  }
  await terminal.screen((text) => /wrote loopwork\.config\.ts[\s\S]*ended with 0/.test(text))
  expect(existsSync(join(project.folder, '.specs/tasks/TASK-001.md'))).toBe(true)
})

test.skipIf(!hasTmux)('a checklist is set up by the wizard, too', async () => {
  const project = makeProject()
  const program = `"${process.execPath}" "${resolve('dist/cli/main.js')}" init`
  const command = `cd "${project.folder}" && env -u CI ${program}; echo "ended with $?"; exec sleep 600`
  const terminal = openTerminal({ columns: 80, rows: 50 }, command)
  await terminal.screen((text) => /Where do tasks come from/.test(text))
  terminal.press('Down', 'Enter')
  for (const question of [
    /Which AI command-line tool/,
    /In which file is the checklist/,
    /Track costs/,
    /How many dollars/,
    /Telegram/,
    /Discord/,
    /templates/,
    /\.gitignore\?/,
    /README\.md\?/,
  ]) {
    await terminal.screen((text) => question.test(text))
    terminal.press('Enter')
  }
  await terminal.screen((text) => /wrote loopwork\.config\.ts[\s\S]*ended with 0/.test(text))
  expect(project.read('loopwork.config.ts')).toContain("withMarkdownBackend({ path: 'TODO.md' })")
  expect(project.read('README.md')).toContain('`TODO.md`')
  const { tasks } = JSON.parse((await project.loopwork('task', 'list', '--json')).out)
  expect(tasks).toMatchObject([{ id: 'first-task', state: 'queued' }])
})

function contents({ folder }: Project): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )
  return Object.fromEntries(
    files.map(({ parentPath, name }) => [name, readFileSync(join(parentPath, name), 'utf8')]),
  )
}
