import chalk from 'chalk'
import { render } from 'ink'
import type { App } from '../../app.ts'
import type { Surroundings } from '../command.ts'
import type { Project } from '../open-project.ts'
import { carryOut } from './act.ts'
import { Keys } from './keys.tsx'
import { type Press, press } from './press.ts'
import { openSceneReader, type Place } from './read-scene.ts'
import { readTask } from './read-task.ts'
import { type Reading, Screen } from './screen.tsx'
import { type Act, firstUi, selection } from './ui.ts'

/** How often the screen is drawn again for the sake of its clocks, in milliseconds. */
const everyMs = 1_000
const enter = '\u001b[?1049h\u001b[H'
const leave = '\u001b[?1049l'
const nothingRead: Reading = { story: null, output: null }

/** Shows the dashboard until somebody leaves it or the process is told to end. */
export async function watchDashboard(
  app: App,
  project: Project,
  place: Place,
  { io }: Pick<Surroundings, 'io'>,
): Promise<void> {
  const { terminal } = io
  const reader = await openSceneReader(app, place)
  let scene = await reader.read()
  let ui = firstUi
  let reading = nothingRead
  let isOver = false

  const picture = () => (
    <Keys heard={heard}>
      <Screen scene={scene} ui={ui} reading={reading} size={sizeOf(terminal)} />
    </Keys>
  )
  const draw = (): void => {
    if (!isOver) instance.rerender(picture())
  }

  const readPage = async (): Promise<void> => {
    const { task } = selection(ui, scene)
    const isPage = ui.page === 'story' || ui.page === 'output'
    reading = isPage && task ? await readTask(app, task.stream) : nothingRead
  }

  const look = async (): Promise<void> => {
    scene = await reader.read()
    await readPage()
    draw()
  }

  const ask = async (act: Exclude<Act, { do: 'quit' }>): Promise<void> => {
    const notice = await carryOut(app, project, act)
    ui = { ...ui, notice }
    await look()
  }

  const heard = (key: Press): void => {
    const before = ui.page
    const { ui: next, act } = press(ui, key, scene)
    ui = next
    if (act?.do === 'quit') {
      instance.unmount()
      return
    }
    if (ui.page !== before) inTurn(look)
    if (act) inTurn(() => ask(act))
    draw()
  }

  // One after the other: a look that is slow must not overtake what was asked for before it.
  let last: Promise<void> = Promise.resolve()
  const inTurn = (work: () => Promise<void>): void => {
    last = last.then(work).catch((thrown) => instance.unmount(thrown))
  }

  chalk.level = io.hasColour ? 1 : 0
  terminal.write(enter)
  const restore = (): void => {
    terminal.write(leave)
  }
  process.once('exit', restore)
  const instance = render(picture(), {
    stdout: terminal,
    exitOnCtrlC: false,
    patchConsole: false,
    maxFps: 10,
  })
  const timer = setInterval(() => inTurn(look), everyMs)
  const unsubscribe = io.onSignal(['SIGTERM', 'SIGHUP', 'SIGINT'], () => instance.unmount())
  terminal.on('resize', draw)
  try {
    await instance.waitUntilExit()
  } finally {
    isOver = true
    clearInterval(timer)
    terminal.off('resize', draw)
    unsubscribe()
    await last
    process.off('exit', restore)
    restore()
  }
}

/** One line less than there are: a screen that is full to the last line would be cleared at every drawing. */
function sizeOf({ columns, rows }: NodeJS.WriteStream) {
  return { columns: columns || 80, rows: Math.max(8, (rows || 24) - 1) }
}
