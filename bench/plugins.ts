// What it costs to be heard by plugins: events through the stream, and a run with all integrations switched on.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { Subject } from 'rxjs'
import { createMemoryPluginStore } from '../src/adapters/memory/plugin-store.ts'
import { systemClock } from '../src/adapters/system/clock.ts'
import type { Fact } from '../src/events/catalogue.ts'
import { createGuard } from '../src/plugins/guard.ts'
import { type OpenPlugin, openPlugin, type PluginSurroundings } from '../src/plugins/open-plugin.ts'
import { openReporter } from '../src/plugins/reports.ts'
import { median, report, whole } from './figure.ts'
import { scratchFolder } from './folders.ts'

const events = 20_000
const batchSize = 64
const rounds = 5
const program = resolve('dist/cli/main.js')
const tasks = 100

const fact = (position: number): Fact => ({
  ...{ id: `e${position}`, position, stream: 'task/b/1', version: position, at: '2026-01-01T00:00:00.000Z' },
  ...{ session: null, correlation: 'c', causation: 'c', by: 'loop', schema: 1 },
  event: { type: 'task.unblocked', data: {} },
})
const batches = Array.from({ length: Math.ceil(events / batchSize) }, (_, nth) =>
  Array.from({ length: batchSize }, (_unused, offset) => fact(nth * batchSize + offset + 1)),
)

/** Events a second that reach all subscribers of a bare subject. */
function bare(subscribers: number): number {
  const subject = new Subject<Fact>()
  let heard = 0
  for (let nth = 0; nth < subscribers; nth += 1)
    subject.subscribe(() => {
      heard += 1
    })
  const start = performance.now()
  for (const batch of batches) for (const one of batch) subject.next(one)
  if (heard < events * subscribers) throw new Error('not all were heard')
  return events / ((performance.now() - start) / 1000)
}

/** The same through as many plugins, each with what keeps it from harming others. */
async function throughPlugins(subscribers: number): Promise<number> {
  const guard = createGuard({ limitMs: 1_000, now: () => performance.now(), blocked: () => undefined })
  const store = createMemoryPluginStore()
  const shared = { namespace: 'default', store, clock: systemClock, say: () => undefined }
  let heard = 0
  const plugins: OpenPlugin[] = []
  for (let nth = 0; nth < subscribers; nth += 1) {
    const name = `p${nth}`
    const reporter = await openReporter({ ...shared, plugin: name })
    const surroundings = { ...shared, guard, config: {}, env: {}, from: 0 } as unknown as PluginSurroundings
    const setup = ({ events$ }: { events$: { subscribe(hear: () => void): unknown } }) =>
      events$.subscribe(() => {
        heard += 1
      })
    plugins.push(await openPlugin({ name, setup }, surroundings, reporter, async () => ({ accepted: true })))
  }
  const start = performance.now()
  for (const batch of batches) for (const plugin of plugins) plugin.hear(batch)
  const rate = events / ((performance.now() - start) / 1000)
  if (heard < events * subscribers) throw new Error('not all were heard')
  for (const plugin of plugins) await plugin.close()
  guard.close()
  return rate
}

for (const subscribers of [1, 10, 100]) {
  const ours: number[] = []
  const peers: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    peers.push(bare(subscribers))
    ours.push(await throughPlugins(subscribers))
  }
  const ratio = median(peers) / median(ours)
  report({
    name: `events through the stream to ${subscribers} plugins`,
    ours: `${whole(median(ours))}/s`,
    peer: `bare Subject ${whole(median(peers))}/s`,
    ratio: ratio.toFixed(1),
    aim: '> 10,000/s',
    isMet: median(ours) > 10_000,
  })
}

const folder = scratchFolder()
const server = createServer((request, response) => {
  request
    .resume()
    .on('end', () =>
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true,"result":[]}'),
    )
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

/** Milliseconds a task: by the clock, from the first attempt to the last event of the loop, and of processors. */
type Cost = { readonly ms: number; readonly cpuMs: number }

async function run(name: string, integrations: object): Promise<Cost> {
  const project = join(folder, name)
  mkdirSync(project, { recursive: true })
  const config = {
    backend: { type: 'json', tasksFile: 'tasks.json' },
    cli: 'command',
    command: { file: 'true' },
  }
  const limits = { maxIterations: tasks }
  writeFileSync(
    join(project, 'loopwork.config.json'),
    JSON.stringify({ ...config, ...limits, ...integrations }),
  )
  const list = Array.from({ length: tasks }, (_, nth) => ({
    ...{ id: `T-${nth + 1}`, title: `Task ${nth + 1}`, status: 'pending', priority: 'medium' },
    metadata: { asanaGid: '1', todoistId: '1', everhourId: 'ev:1' },
  }))
  writeFileSync(join(project, 'tasks.json'), JSON.stringify({ tasks: list }))
  const child = spawn(process.execPath, [program, 'start'], {
    cwd: project,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  const before = childrenCpuMs()
  let begin = 0
  let end = 0
  for await (const line of createInterface({ input: child.stdout })) {
    if (begin === 0 && line.includes(' attempt 1 ')) begin = performance.now()
    if (line.includes(' stopped (done)')) end = performance.now()
  }
  await ended
  return { ms: (end - begin) / tasks, cpuMs: (childrenCpuMs() - before) / tasks }
}

/** What all children that have ended took of processors, with theirs; not a number where the system does not say. */
function childrenCpuMs(): number {
  if (process.platform !== 'linux') return Number.NaN
  const fields = readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  return (Number(fields[13]) + Number(fields[14])) * 10 // ticks of a hundredth of a second
}

const secret = 'whsec_YSBzZWNyZXQgb2YgdHdlbnR5LWZvdXIgYg=='
const all = {
  telegram: { botToken: '1:t', chatId: '1', apiUrl: url, bot: false },
  discord: { webhookUrl: `${url}/hook` },
  slack: { webhookUrl: `${url}/hook` },
  webhook: { url, secret },
  asana: { accessToken: 't', apiUrl: url },
  todoist: { apiToken: 't', apiUrl: url },
  everhour: { apiKey: 'k', apiUrl: url, dailyLimit: 8 },
  openTelemetry: { endpoint: url },
}
const without = [await run('none-1', {}), await run('none-2', {}), await run('none-3', {})]
const withAll = [await run('all-1', all), await run('all-2', all), await run('all-3', all)]
const timeOf = (costs: readonly Cost[]): number => median(costs.map(({ ms }) => ms))
const cpuOf = (costs: readonly Cost[]): number => median(costs.map(({ cpuMs }) => cpuMs))
for (const [name, of] of [
  ['time', timeOf],
  ['processor time', cpuOf],
] as const) {
  const more = of(withAll) - of(without)
  if (Number.isNaN(more)) continue
  report({
    name: `${name} per task with all integrations, against none`,
    ours: `${of(withAll).toFixed(1)} ms`,
    peer: `${of(without).toFixed(1)} ms`,
    ratio: (of(withAll) / of(without)).toFixed(2),
    aim: '< 15 ms more',
    isMet: more < 15,
  })
}
server.closeAllConnections()
server.close()
