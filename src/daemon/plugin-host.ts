import { closeSync, openSync, writeSync } from 'node:fs'
import { setPriority } from 'node:os'
import { createInterface } from 'node:readline'
import { readEnvironment } from '../config/environment.ts'
import { loadConfig } from '../config/load.ts'
import { pluginsIn } from '../config/settings.ts'
import { asFailure } from '../errors.ts'
import { integrationsOf } from '../integrations/integrations.ts'
import { createGuard } from '../plugins/guard.ts'
import { type OpenPlugins, openPlugins } from '../plugins/open-plugins.ts'
import { openHostApp } from './plugin-host-app.ts'
import type { HostCall, HostNews, HostOrder } from './plugin-news.ts'
import { startWatchdog } from './plugin-watchdog.ts'

/** Longer than this no plugin may keep all others waiting without being named. */
const blockedMs = 1_000
const newsFd = 3
/** The loop and its agents come first. */
const niceness = 10

/**
 * The program that plugins live in, apart from the loop: whatever one of them does, the loop does not notice.
 * It follows the log by itself, asks for things like every other process, and ends with its loop.
 */
async function host(order: HostOrder, calls: AsyncIterator<string>): Promise<void> {
  process.title = 'loopwork-plugin-host'
  const exit = process.exit.bind(process)
  const tell = (news: HostNews): void => void writeSync(newsFd, `${JSON.stringify(news)}\n`)
  const say = (text: string): void => tell({ is: 'said', text })
  const mark = openSync(order.markFile, 'w', 0o600)
  let plugins: OpenPlugins | null = null
  const early: ((opened: OpenPlugins) => void)[] = []
  /** What happens while plugins are still being set up is told once they are. */
  const whenOpen = (tellPlugins: (opened: OpenPlugins) => void): void => {
    if (plugins) tellPlugins(plugins)
    else early.push(tellPlugins)
  }
  const guard = createGuard({
    limitMs: blockedMs,
    now: () => performance.now(),
    entered: (plugin) => writeSync(mark, plugin.padEnd(100).slice(0, 100), 0),
    blocked: (plugin, ms) =>
      whenOpen((opened) => opened.blame(plugin, `held up all plugins for ${(ms / 1000).toFixed(1)} s`)),
  })
  contain(guard, {
    exit,
    turnOff: (plugin, problem) => whenOpen((opened) => opened.turnOff(plugin, problem)),
    threw: (plugin, problem) => whenOpen((opened) => opened.threw(plugin, problem)),
  })

  const env = readEnvironment()
  const { projectRoot, cwd, library, configFile: configPath } = order
  const { config } = await silently(() =>
    loadConfig({ projectRoot, cwd, library, env, ...(configPath ? { configPath } : {}) }),
  )
  const { offices, ...surroundings } = await openHostApp(order, env, config)
  plugins = await openPlugins({
    ...surroundings,
    ...{ config, env, guard, say },
    from: order.from,
    liveFrom: order.liveFrom,
    off: order.off,
    plugins: [...(await integrationsOf(config, order.settings.integrations, offices)), ...pluginsIn(config)],
  })
  for (const tellPlugins of early) tellPlugins(plugins)

  const { value } = await calls.next()
  if (value !== undefined) {
    const { position, graceMs }: HostCall = JSON.parse(value)
    await plugins.leave(position, graceMs)
    await surroundings.close()
  }
  closeSync(mark)
  exit(0)
}

/** What a configuration prints was printed already when the loop's own process read it. */
async function silently<T>(work: () => Promise<T>): Promise<T> {
  const streams = [process.stdout, process.stderr]
  const writes = streams.map(({ write }) => write)
  for (const stream of streams) stream.write = () => true
  try {
    return await work()
  } finally {
    for (const [nth, stream] of streams.entries()) stream.write = writes[nth] as typeof stream.write
  }
}

/** Nothing that a plugin throws or calls ends the process while others live in it. */
function contain(
  guard: ReturnType<typeof createGuard>,
  heard: {
    exit(code?: number): never
    turnOff(plugin: string, problem: string): void
    threw(plugin: string | null, problem: string): void
  },
): void {
  process.exit = ((code?: number) => {
    const plugin = guard.current()
    if (plugin === null) return heard.exit(code)
    heard.turnOff(plugin, 'wanted to end the process')
    throw new Error('a plugin cannot end the process it lives in')
  }) as typeof process.exit
  const threw = (thrown: unknown): void => heard.threw(guard.current(), asFailure(thrown).message)
  process.on('uncaughtException', threw)
  process.on('unhandledRejection', threw)
  for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM'] as const) process.on(signal, () => undefined) // the loop says when
}

async function main(): Promise<void> {
  setPriority(niceness)
  startWatchdog()
  const calls = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
  const { value } = await calls.next()
  if (value === undefined) return
  await host(JSON.parse(value), calls)
}

main().catch((thrown) => {
  writeSync(2, `the plugins could not be started: ${asFailure(thrown).message}\n`)
  process.kill(process.pid, 'SIGKILL') // whatever plugins have set going
})
