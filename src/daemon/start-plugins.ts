import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { App } from '../app.ts'
import { within } from '../plugins/hook-chain.ts'
import { ownerOf, type PluginReport, reportKey } from '../plugins/reports.ts'
import { maskOf } from '../runtime/masked.ts'
import type { HostCall, HostNews, HostOrder } from './plugin-news.ts'
import { secretsOf } from './run-plan.ts'

/** The plugins of a run, as the loop's own process sees them: from afar. */
export type PluginProcess = {
  /** Lets them deliver what they can, then ends them. */
  leave(): Promise<void>
}

/** How long what is undelivered may keep a run from ending, and how long the end itself may take. */
const graceMs = 10_000
const endMs = 5_000
const lastWordsMs = 1_000
const firstRestMs = 1_000
const longestRestMs = 60_000
/** So often a plugin may take all others with it. */
const mostDeaths = 3

/** Starts the process that plugins live in, and starts it again, with a growing pause, whenever it dies. */
export function startPlugins(
  app: Pick<App, 'log' | 'plugins' | 'stateDir' | 'clock'>,
  given: {
    readonly program: string
    readonly order: Omit<HostOrder, 'off' | 'markFile'>
    readonly env: Readonly<Record<string, string>>
    /** Shows a line to whoever watches. */
    say(text: string): void
  },
): PluginProcess {
  const { program, env } = given
  const masked = maskOf(secretsOf(given.order.settings, { env }))
  const say = (text: string): void => given.say(masked(text))
  const { namespace } = given.order.settings
  const markFile = join(app.stateDir, `plugins-${namespace}.mark`)
  const off: Record<string, string> = {}
  const deaths = new Map<string, number>()
  let order: HostOrder = { ...given.order, off, markFile }
  let child: ChildProcess | null = null
  let timer: NodeJS.Timeout | undefined
  let isLeaving = false
  let restMs = firstRestMs

  const begin = (): void => {
    const started = spawn(process.execPath, [program], {
      cwd: given.order.cwd,
      env,
      detached: true,
      windowsHide: true,
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    })
    child = started
    started.on('error', (thrown) => say(`the plugins could not be started: ${thrown.message}`))
    started.stdin?.on('error', () => undefined) // its end is heard of below
    started.stdin?.write(`${JSON.stringify(order)}\n`)
    listen(started)
    started.once('exit', (code, signal) => void after(code, signal))
  }

  const listen = ({ stdout, stderr, stdio }: ChildProcess): void => {
    lines(stdio[3] as Readable, (line) => {
      const news: HostNews = JSON.parse(line)
      say(news.text)
    })
    for (const printed of [stdout, stderr]) if (printed) lines(printed, say)
  }

  const after = async (code: number | null, signal: string | null): Promise<void> => {
    child = null
    if (isLeaving) return
    const plugin = markIn(markFile)
    say(
      `plugins: their process ended (${signal ?? code})${plugin ? ` while ${plugin} had its turn` : ''}; it is started again`,
    )
    if (plugin) await blame(plugin)
    order = { ...order, off: { ...off }, liveFrom: await app.log.head() }
    if (isLeaving) return
    timer = setTimeout(begin, restMs)
    restMs = Math.min(longestRestMs, restMs * 2)
  }

  const blame = async (plugin: string): Promise<void> => {
    const times = (deaths.get(plugin) ?? 0) + 1
    deaths.set(plugin, times)
    const problem = `ended or blocked the process of the plugins ${times === 1 ? 'once' : `${times} times`}`
    if (times >= mostDeaths) off[plugin] = problem
    const owner = ownerOf(namespace, plugin)
    const before = (await app.plugins.get(owner, reportKey)) as PluginReport | undefined
    if (before) await app.plugins.put(owner, [[reportKey, { ...before, problem, deaths: times }]])
  }

  begin()
  return {
    leave: async () => {
      isLeaving = true
      clearTimeout(timer)
      const last = child
      if (last && last.exitCode === null && last.signalCode === null) {
        const call: HostCall = { do: 'leave', position: await app.log.head(), graceMs }
        last.stdin?.end(`${JSON.stringify(call)}\n`)
        const late = setTimeout(() => last.kill('SIGKILL'), graceMs + endMs)
        if (child) await once(last, 'exit')
        clearTimeout(late)
        await lastWords(last)
      }
      rmSync(markFile, { force: true })
    },
  }
}

/** What it printed last is shown; a program that a plugin left behind does not keep the run from ending. */
async function lastWords({ stdout, stderr, stdio }: ChildProcess): Promise<void> {
  const outputs = [stdout, stderr, stdio[3] as Readable].filter((one) => one !== null)
  const open = outputs.filter((output) => !output.closed)
  await within(Promise.all(open.map((output) => once(output, 'close').catch(() => undefined))), lastWordsMs)
  for (const output of outputs) output.destroy()
}

function lines(input: Readable, take: (line: string) => void): void {
  input.on('error', () => undefined) // it ends with its process
  createInterface({ input }).on('line', take)
}

function markIn(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim() || null
  } catch {
    return null // it died before it could make one
  }
}
