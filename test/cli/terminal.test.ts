import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { agentOf, backlogOf, configOf, makeProject, type Project } from '../support/project.ts'
import { hasTmux, openTerminal, type Terminal } from '../support/tmux.ts'

const wide = '漢字とかな交じりの長い題名 🎉 '.repeat(6)

/** Says something wide, and works until the file `go` is there. */
const talks = `
process.stdin.resume()
const { existsSync, writeFileSync } = require('node:fs')
writeFileSync('pid', String(process.pid))
console.log('says ${wide}')
const timer = setInterval(() => existsSync('go') && clearInterval(timer), 20)
`

function onTerminal(columns: number, env = '', words = 'start'): { project: Project; terminal: Terminal } {
  const project = makeProject({
    'loopwork.config.json': configOf(agentOf(talks)),
    'tasks.json': backlogOf({ id: 'A', title: wide }, { id: 'B', title: wide }),
  })
  const program = `"${process.execPath}" "${resolve('dist/cli/main.js')}"`
  const clean = 'env -u CI -u NO_COLOR -u FORCE_COLOR TERM=xterm-256color'
  const terminal = openTerminal(
    { columns, rows: 30 },
    `cd "${project.folder}" && ${clean} ${env} ${program} ${words}; echo "ended with $?"; exec sleep 600`,
  )
  return { project, terminal }
}

const rows = (screen: string, start: RegExp): number =>
  screen.split('\n').filter((line) => start.test(line)).length

describe.skipIf(!hasTmux)('on a terminal', { timeout: 90_000 }, () => {
  test.each([80, 60])('what goes on takes a line each on %i columns', async (columns) => {
    const { terminal } = onTerminal(columns)
    const screen = await terminal.screen((text) => /▶ A \d+s +says 漢字/.test(text) && /0\/2 done/.test(text))
    const lines = screen.trimEnd().split('\n')
    expect(lines.at(-2)).toMatch(/^▶ A .*…$/)
    expect(lines.at(-1)).toMatch(/^0\/2 done, next B .*…$/)
  })

  test('tasks that run at the same time take a line each', async () => {
    const { terminal } = onTerminal(80, '', 'start --parallel')
    const screen = await terminal.screen((text) => /▶ A \d+s +says/.test(text) && /▶ B \d+s +says/.test(text))
    expect(rows(screen, /^▶/)).toBe(2)
    expect(screen.trimEnd().split('\n').at(-1)).toBe('0/2 done')
  })

  test('nothing stays behind when the terminal becomes narrower, or wider', async () => {
    const { terminal } = onTerminal(100)
    const isOneEach = (text: string) => rows(text, /^▶/) === 1 && rows(text, /^0\/2 done/) === 1
    await terminal.screen((text) => /▶ A \d+s +says 漢字/.test(text) && isOneEach(text))
    for (const columns of [60, 40, 120]) {
      terminal.resize(columns, 30)
      const fits = (text: string) => isOneEach(text) && /…\n0\/2 done, next B [^\n]*…\n*$/.test(text)
      await terminal.screen(fits)
      const seconds = Number(/▶ A (\d+)s/.exec(await terminal.screen())?.[1])
      await terminal.screen((text) => Number(/▶ A (\d+)s/.exec(text)?.[1]) > seconds && fits(text)) // drawn anew
    }
  })

  test('Ctrl-C once lets the attempt end', async () => {
    const { project, terminal } = onTerminal(80)
    await terminal.screen((text) => /▶ A \d+s +says 漢字/.test(text))
    terminal.press('C-c')
    await terminal.screen((text) => /Press Ctrl-C again/.test(text))
    project.write('go', '')
    const screen = await terminal.screen((text) => /ended with/.test(text))
    expect(screen).toMatch(/1 completed, 1 left[\s\S]*Stopped: drained[\s\S]*ended with 130/)
    expect(statuses(project)).toEqual(['completed', 'pending'])
  })

  test('Ctrl-C twice ends the attempt, and nothing is left half-done', async () => {
    const { project, terminal } = onTerminal(80)
    await terminal.screen((text) => /▶ A \d+s +says 漢字/.test(text))
    const agent = Number(project.read('pid'))
    terminal.press('C-c')
    await terminal.screen((text) => /Press Ctrl-C again/.test(text))
    terminal.press('C-c')
    const screen = await terminal.screen((text) => /ended with/.test(text))
    expect(screen).toMatch(/A back in the queue[\s\S]*Stopped: interrupted[\s\S]*ended with 130/)
    expect(existsSync(`/proc/${agent}`)).toBe(false)
    expect(statuses(project)).toEqual(['pending', 'pending'])
    const status = JSON.parse((await project.loopwork('status', '--json')).out)
    expect(status.tasks).toEqual({ counts: { queued: 2 }, active: [] })

    project.write('go', '')
    expect((await project.loopwork('resume')).code).toBe(0)
    expect(statuses(project)).toEqual(['completed', 'completed'])
  })

  test.each([
    ['CI', 'CI=true'],
    ['a terminal that can do nothing', 'TERM=dumb'],
  ])('%s is told in plain lines', async (_, env) => {
    const { project, terminal } = onTerminal(100, env)
    await terminal.screen((text) => /A attempt 1 with command/.test(text))
    project.write('go', '')
    expect(await terminal.screen((text) => /ended with 0/.test(text))).not.toMatch(/▶|done, next/)
  })
})

test.each([
  ['colours are off in a pipe', {}, false],
  ['colours can be forced', { FORCE_COLOR: '1' }, true],
  ['NO_COLOR wins', { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
])('%s', async (_, env, isColoured) => {
  const project = makeProject({
    'loopwork.config.json': configOf(agentOf('process.stdin.resume()')),
    'tasks.json': backlogOf({ id: 'A', title: wide }),
  })
  const { code, out } = await project.with({ NO_COLOR: '', ...env }).loopwork('start')
  expect(code).toBe(0)
  expect(out).toMatch(/1 completed/)
  expect(out.includes('\u001B[')).toBe(isColoured)
})

function statuses(project: Project): string[] {
  const file = JSON.parse(readFileSync(join(project.folder, 'tasks.json'), 'utf8'))
  return file.tasks.map(({ status }: { status: string }) => status)
}
