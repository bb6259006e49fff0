import width from 'fast-string-width'
import { createLogUpdate } from 'log-update'
import type { App } from '../../app.ts'
import type { OpenRun } from '../../daemon/open-run.ts'
import type { TaskRow } from '../../projections/task-row.ts'
import { duration, tokenCount, usd } from '../../projections/wording.ts'
import type { Live } from '../../runtime/house.ts'
import type { Surroundings } from '../command.ts'
import { fitted, plain } from '../dashboard/plain.ts'

/** The lines at the foot of a terminal that say what is going on at this moment. */
export type LiveLines = {
  /** Prints a line that stays, above them. */
  above(text: string): void
  redraw(): void
  close(): void
}

const everyMs = 500

export function createLiveLines(app: App, { run, live }: OpenRun, { io, print }: Surroundings): LiveLines {
  const screen = createLogUpdate(io.terminal, { showCursor: true })
  const latest = new Map<string, Live>()
  let isOpen = true
  let shown: { readonly lines: readonly string[]; readonly columns: number } = { lines: [], columns: 80 }
  const subscription = live.subscribe((one) => latest.set(one.task, one))

  const redraw = (): void => {
    if (!isOpen) return
    const tasks = run.state.desk.tasks()
    const lines = fitting(
      run.state.openAttempts().map((task) => running(task, latest.get(task.id), app.clock.now())),
      io.terminal.rows || 24,
    )
    const next = tasks.find(({ state }) => state === 'queued')
    const counts = `${tasks.filter(({ state }) => state === 'completed').length}/${tasks.length} done`
    const footer = `${counts}${next ? `, next ${next.id} ${next.title}` : ''}`
    const columns = io.terminal.columns || 80
    if (columns < shown.columns) clearFolded(io.terminal, shown.lines, columns)
    shown = { lines: [...lines, footer].map((line) => oneLine(line, columns)), columns }
    screen(shown.lines.map((line) => print.paint.cyan(line)).join('\n'))
  }
  const timer = setInterval(redraw, everyMs)
  timer.unref()

  return {
    above: (text) => {
      redraw() // at the present width
      screen.clear()
      print.line(text)
      redraw()
    },
    redraw,
    close: () => {
      if (!isOpen) return
      isOpen = false
      clearInterval(timer)
      subscription.unsubscribe()
      screen.clear()
      screen.done()
    },
  }
}

/** A terminal that became narrower has folded what was drawn: clears the rows that nobody else knows of. */
function clearFolded(terminal: NodeJS.WriteStream, lines: readonly string[], columns: number): void {
  const rows = lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(width(line) / columns)), 0)
  terminal.write('\u001B[2K\u001B[1A'.repeat(rows - lines.length))
}

/** As many lines as leave room for others on the terminal; the rest is counted. */
function fitting(lines: readonly string[], rows: number): readonly string[] {
  const most = Math.max(1, Math.floor(rows / 2) - 1)
  return lines.length <= most ? lines : [...lines.slice(0, most - 1), `… and ${lines.length - most + 1} more`]
}

function running(task: TaskRow, live: Live | undefined, now: Date): string {
  const since = task.open ? duration(now.getTime() - new Date(task.open.since).getTime()) : ''
  const usage = live?.usage
  const tokens = Object.values(usage?.models ?? {}).reduce(
    (sum, one) => sum + one.input + one.output + one.cacheRead + one.cacheWrite,
    0,
  )
  const spent = usage
    ? ` ${tokenCount(tokens)} tokens${usage.costUsd === null ? '' : `, ${usd(usage.costUsd)}`}`
    : ''
  return `▶ ${task.id} ${since}${spent}  ${doing(task, live)}`
}

function doing(task: TaskRow, live: Live | undefined): string {
  if (task.state === 'verifying') return 'being checked'
  if (!live) return task.title
  const { activity } = live
  return 'text' in activity ? activity.text : `${activity.name} ${activity.detail}`
}

/** One line of what an agent said can hold anything: nothing of it may reach the terminal but its letters. */
function oneLine(text: string, columns: number): string {
  return fitted(plain(text), Math.max(1, columns - 1)).trimEnd()
}
