import { join } from 'node:path'
import type { App } from '../../app.ts'
import type { OpenRun } from '../../daemon/open-run.ts'
import type { Fact } from '../../events/catalogue.ts'
import { type Level, narrate } from '../../projections/narration.ts'
import type { TaskRow } from '../../projections/task-row.ts'
import type { RunEnd } from '../../runtime/run.ts'
import type { Surroundings } from '../command.ts'
import { modeOf } from '../daemon/mode.ts'
import type { Project } from '../open-project.ts'
import { createJsonProgress } from './json-progress.ts'
import { createLiveLines } from './live-lines.ts'
import { summaryOf } from './summary.ts'

/** What a person, or a program, sees of a run. */
export type Watch = {
  say(text: string): void
  finish(end: RunEnd, left: readonly TaskRow[]): Promise<void>
  close(): void
}

const silent: Watch = { say: () => undefined, finish: async () => undefined, close: () => undefined }

const ranks: Readonly<Record<Level | 'trace' | 'silent', number>> = {
  trace: 0,
  debug: 0,
  info: 1,
  warn: 2,
  error: 3,
  silent: 4,
}

/** Shows a run as it goes: lines, with a live part under them on a terminal, or events in JSON. */
export function watchRun(app: App, project: Project, open: OpenRun, surroundings: Surroundings): Watch {
  const { io, print, argv } = surroundings
  if (modeOf(io) === 'daemon') return silent // its log says it all
  if (argv.includes('--json')) return createJsonProgress(app, project, open, surroundings)

  const isQuiet = argv.includes('-q') || argv.includes('--quiet')
  const isTalkative = argv.some((word) => /^(-v+|--verbose|--debug)$/.test(word)) || project.settings.debug
  const least = isQuiet ? ranks.error : isTalkative ? ranks.debug : ranks[project.settings.logLevel]
  const isWatched = io.isTty && !io.env.CI && io.env.TERM !== 'dumb'
  const live = isWatched && !isQuiet ? createLiveLines(app, open, surroundings) : null
  const say = (text: string): void => (live ? live.above(text) : print.line(text))

  const tell = (fact: Fact): void => {
    const { level, subject, text } = narrate(fact)
    if (ranks[level] < least) return
    const time = print.paint.dim(fact.at.slice(11, 19))
    const colour = {
      debug: print.paint.dim,
      info: print.paint.reset,
      warn: print.paint.yellow,
      error: print.paint.red,
    }
    say(`${time} ${print.paint.bold(subject)} ${colour[level](text)}`)
  }

  if (!isQuiet) {
    say(`Backlog ${open.backlog.id}, session ${join(app.stateDir, open.files)}`)
  }
  const subscription = open.run.facts.subscribe((batch) => {
    batch.filter((fact) => isAbout(fact, project, open)).forEach(tell)
    live?.redraw()
  })

  return {
    say: (text) => say(print.paint.yellow(text)),
    finish: async (end, left) => {
      live?.close()
      if (!isQuiet) print.line(await summaryOf(app, open, end, left, print))
    },
    close: () => {
      subscription.unsubscribe()
      live?.close()
    },
  }
}

function isAbout({ session, stream }: Fact, { settings }: Project, open: OpenRun): boolean {
  return session === open.session || stream === `loop/${settings.namespace}`
}
