import { describe, expect, test } from 'vitest'
import { bundle } from '../../support/bundle.ts'
import { tempFolder } from '../../support/temp.ts'
import { childOf, hasTmux, openTerminal } from '../../support/tmux.ts'

const program = await bundle('test/fixtures/dashboard/watch.ts')

/** In a shell, so that what the dashboard leaves behind can be seen. */
function openDashboard(columns: number, rows: number, env = '') {
  const start = `env -u CI ${env} ${process.execPath} ${program} ${tempFolder()}`
  return openTerminal({ columns, rows }, `${start}; echo left with $?; stty -a | grep -o -- '-*icanon'; cat`)
}

const isDrawn = (text: string): boolean => text.includes('Events') && text.includes('? keys')

describe.runIf(hasTmux)('the dashboard in a terminal', { timeout: 60_000 }, () => {
  test.each([
    [60, 24],
    [100, 30],
    [200, 50],
  ])('shows a project on %i columns and %i rows', async (columns, rows) => {
    const screen = await openDashboard(columns, rows).screen(isDrawn)
    await expect(screen.replace(/in process \d+/, 'in process 4711')).toMatchFileSnapshot(
      `../../golden/dashboard-${columns}x${rows}.txt`,
    )
  })

  test('moves, filters, and opens the story and the output of a task', async () => {
    const terminal = openDashboard(100, 30)
    await terminal.screen(isDrawn)
    terminal.press('Down', 'Down')
    await terminal.screen((text) => /▸.*T-6/.test(text))
    terminal.press('/', 'b', 'r', 'o', 'k', 'e', 'n', 'Enter')
    await terminal.screen((text) => text.includes('/ broken') && !text.includes('T-6'))
    terminal.press('Escape')
    await terminal.screen((text) => text.includes('T-6'))
    terminal.press('Home', 'l')
    const output = await terminal.screen((text) => text.includes('line 40'))
    expect(output).toContain('> shell npm test 日本')
    expect(output).toContain('cleared?')
    terminal.press('q', 'Enter')
    const story = await terminal.screen((text) => text.includes('started'))
    expect(story).toContain('attempt 1 with claude (sonnet): Fix the login')
  })

  test('asks before it changes anything, and says what became of it', async () => {
    const terminal = openDashboard(100, 30)
    await terminal.screen(isDrawn)
    terminal.press('Tab', 'Tab', 'Tab', 's')
    await terminal.screen((text) => text.includes('Skip: T-5? y/n'))
    terminal.press('n')
    await terminal.screen((text) => text.includes('left as it is'))
    terminal.press('s', 'y')
    await terminal.screen((text) => text.includes('T-5 is skipped'))
    terminal.press('p')
    await terminal.screen((text) => text.includes('default begins nothing new'))
    await terminal.screen((text) => /default +paused/.test(text))
    terminal.press('p')
    await terminal.screen((text) => /default +running/.test(text))
  })

  test('follows a change of size, and fits again', async () => {
    const terminal = openDashboard(200, 50)
    await terminal.screen(isDrawn)
    terminal.resize(60, 18)
    const small = await terminal.screen((text) => isDrawn(text) || text.includes('T-1'))
    expect(small.split('\n').every((line) => [...line].length <= 60)).toBe(true)
    terminal.resize(200, 50)
    await terminal.screen(isDrawn)
  })

  test('draws without colour where none is wanted', async () => {
    const colour = /\[(?:\d+;)*(?:3[0-8]|9[0-7])(?:;\d+)*m/
    const colourful = openDashboard(100, 30)
    await colourful.screen(isDrawn)
    expect(colourful.raw()).toMatch(colour)
    const plain = openDashboard(100, 30, 'NO_COLOR=1')
    await plain.screen(isDrawn)
    expect(plain.raw()).not.toMatch(colour)
  })

  test.each(['q', 'C-c'])('leaves the terminal as it was on %s', async (key) => {
    const terminal = openDashboard(100, 30)
    await terminal.screen(isDrawn)
    expect(terminal.ask('#{alternate_on}')).toBe('1')
    terminal.press(key)
    const after = await terminal.screen((text) => text.includes('icanon'))
    expect(after).toContain('left with 0\nicanon')
    expect(terminal.ask('#{alternate_on} #{cursor_flag}')).toBe('0 1')
  })

  test('leaves it so too when it is told to end', async () => {
    const terminal = openDashboard(100, 30)
    await terminal.screen(isDrawn)
    terminal.press('X')
    await terminal.screen((text) => text.includes('End the running attempt at once'))
    process.kill(childOf(terminal.ask('#{pane_pid}')), 'SIGTERM')
    const after = await terminal.screen((text) => text.includes('icanon'))
    expect(after).toContain('left with 0\nicanon')
    expect(terminal.ask('#{alternate_on} #{cursor_flag}')).toBe('0 1')
  })
})
