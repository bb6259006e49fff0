import { homedir } from 'node:os'
import { concatMap, from, takeUntil } from 'rxjs'
import type { App } from '../../app.ts'
import { askAboutTrouble } from '../../daemon/monitor-office.ts'
import {
  createOnlooker,
  type MonitorRecord,
  type Onlooker,
  type Remark,
  readMonitor,
} from '../../daemon/monitor-trouble.ts'
import { loopStream } from '../../events/event.ts'
import { streamOf } from '../../runtime/stream.ts'
import type { Action, Surroundings } from '../command.ts'
import { linesOf, logFileOf } from '../monitor/lines-of-trouble.ts'
import { openProject, type Project } from '../open-project.ts'
import { withApp, withStoreHere } from '../open-store.ts'
import type { Print } from '../print.ts'

type Options = {
  watch?: boolean
  status?: boolean
  dryRun?: boolean
  logFile?: string | undefined
  logDir?: string | undefined
  model?: string | undefined
  json?: boolean
}

/** Looks at what went wrong, in the events or in a log of any kind, and says what can be done. */
export const aiMonitor: Action<Options> = {
  options: (yargs) =>
    yargs.options({
      watch: { alias: 'w', type: 'boolean', describe: 'Go on watching, until Ctrl-C' },
      'log-file': { type: 'string', describe: 'Watch the lines of this file instead of the events' },
      'log-dir': { type: 'string', describe: 'The same with the newest *.log in this folder' },
      model: { type: 'string', describe: 'The model that is asked about trouble without a name' },
      'dry-run': { type: 'boolean', describe: 'Only say what is known; ask nobody, keep nothing' },
      status: { type: 'boolean', describe: 'Show what was found' },
    }) as never,
  run: async (options, surroundings) => {
    const { io, print } = surroundings
    // What is asked has its own model; that of the tasks stays as it is.
    const project = await openProject({ ...options, model: undefined } as never, surroundings)
    const { namespace } = project.settings
    if (options.status) {
      const record = await withStoreHere(project, io, (app) => readMonitor(app, namespace))
      if (options.json) print.json({ schema: 'loopwork/ai-monitor@1', ...record })
      else show(record, print)
      return 0
    }
    const logFile = logFileOf(options, io.cwd)
    const open = logFile === null ? withStoreHere : withApp
    await open(project, io, (app) => monitor(app, project, options, { logFile, surroundings }))
    return 0
  },
}

async function monitor(
  app: App,
  project: Project,
  options: Options,
  { logFile, surroundings }: { readonly logFile: string | null; readonly surroundings: Surroundings },
): Promise<void> {
  const { io, print } = surroundings
  const end = new AbortController()
  const deafen = io.onSignal(['SIGINT', 'SIGTERM', 'SIGHUP'], () => end.abort())
  const { namespace } = project.settings
  const machine = {
    env: io.env,
    keeperFile: io.keeperFile,
    home: io.env.HOME ?? homedir(),
    isRoot: io.isRoot,
  }
  const onlooker = createOnlooker(app, {
    namespace,
    session: `by-hand-${app.newId()}`,
    ask: options.dryRun
      ? null
      : (prompt) =>
          askAboutTrouble(app, project.settings, machine, {
            prompt,
            signal: end.signal,
            model: options.model ?? null,
          }),
  })
  let count = 0
  const say = (remark: Remark | null): void => {
    if (!remark) return
    count += 1
    if (options.json)
      print.jsonLine({
        at: remark.trouble.at,
        task: remark.trouble.task,
        text: remark.trouble.text,
        trouble: remark.finding?.trouble ?? null,
        advice: remark.finding?.advice ?? null,
        by: remark.finding?.by ?? null,
        left: remark.left,
      })
    else tell(remark, print)
  }
  try {
    if (logFile === null)
      await throughFacts(app, namespace, onlooker, { say, isFollowed: options.watch === true, end })
    else {
      for await (const [line, nth] of linesOf(logFile, options.watch === true, end.signal))
        say(await onlooker.line(line, `${logFile}:${nth}`))
    }
  } finally {
    deafen()
  }
  if (count === 0 && !options.json)
    print.line('Nothing has gone wrong that anybody could say something about.')
}

/** The facts of the newest session, and with `isFollowed` those that follow. */
async function throughFacts(
  app: App,
  namespace: string,
  onlooker: Onlooker,
  given: { say(remark: Remark | null): void; readonly isFollowed: boolean; readonly end: AbortController },
): Promise<void> {
  const { say, isFollowed, end } = given
  const loop = loopStream(namespace)
  let session: string | null = null
  let position = 0
  for await (const fact of app.log.readStream(loop)) {
    if (fact.event.type !== 'loop.started') continue
    const { session: its } = fact.event.data
    if (its !== session) position = fact.position - 1
    session = its
  }
  const isOurs = ({
    stream,
    session: its,
  }: {
    readonly stream: string
    readonly session: string | null
  }): boolean => stream === loop || (its?.startsWith(`loopwork-${namespace}-`) ?? false)
  if (!isFollowed) {
    for await (const batch of app.log.readAfter(position))
      for (const fact of batch) if (isOurs(fact)) say(await onlooker.fact(fact))
    return
  }
  await new Promise<void>((resolve, reject) => {
    const stopped = new Promise<void>((over) =>
      end.signal.addEventListener('abort', () => over(), { once: true }),
    )
    streamOf(app.log)(position)
      .pipe(
        concatMap(async (batch) => {
          for (const fact of batch) if (isOurs(fact)) say(await onlooker.fact(fact))
        }),
        takeUntil(from(stopped)),
      )
      .subscribe({ error: reject, complete: resolve })
  })
}

function tell({ trouble: { at, task, text }, finding, left }: Remark, print: Print): void {
  const { trouble = 'unknown', advice = left } = finding ?? {}
  tellOne({ at, task, text, trouble, advice }, print)
}

type Told = {
  readonly at: string
  readonly task: string | null
  readonly text: string
  readonly trouble: string
  readonly advice: string | null
}

function tellOne({ at, task, text, trouble, advice }: Told, print: Print): void {
  const about = [at.slice(0, 19).replace('T', ' '), task, print.paint.bold(trouble)].filter(Boolean).join(' ')
  print.line(`${about}: ${text.split('\n')[0]}`)
  print.line(`  ${advice}`)
}

function show({ asked, mostAsked, findings }: MonitorRecord, print: Print): void {
  if (findings.length === 0) print.line('The monitor has found nothing.')
  for (const finding of findings) tellOne(finding, print)
  print.note(`An agent was asked ${asked} times in the last session; at most ${mostAsked}.`)
}
