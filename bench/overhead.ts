// What a task costs besides its agent, whether that grows with the backlog, and what it leaves in memory.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { median, report, whole } from './figure.ts'
import { scratchFolder } from './folders.ts'

const program = resolve('dist/cli/main.js')
/** Tasks in the backlog, and how many of them are worked off. The last one shows what a long backlog costs. */
const runs = [
  { tasks: 50, attempts: 50 },
  { tasks: 1_000, attempts: 1_000 },
  { tasks: 5_000, attempts: 50 },
] as const
const spawns = 300
/** How the program ends when tasks are left. */
const unfinished = 9
const mostMs = 15
const mostGrowth = 1.25
const mostMegabytes = 30

type Run = {
  /** From the first attempt to the end of the program, over the number of tasks. */
  readonly perTaskMs: number
  /** From the start to the first attempt: opening, and taking in the backlog. */
  readonly startMs: number
  /** Resident memory at each completed task, in megabytes; empty where the system does not tell. */
  readonly memory: readonly number[]
}

const folder = scratchFolder()

function makeProject(tasks: number, attempts: number): string {
  const project = join(folder, `project-${tasks}`)
  mkdirSync(project, { recursive: true })
  const config = {
    backend: { type: 'json', tasksFile: 'tasks.json' },
    cli: 'command',
    command: { file: 'true' },
  }
  writeFileSync(join(project, 'loopwork.config.json'), JSON.stringify({ ...config, maxIterations: attempts }))
  const list = Array.from({ length: tasks }, (_, nth) => ({
    id: `SET-${String(nth + 1).padStart(4, '0')}`,
    title: `Give form ${nth + 1} of the settings page a way to be undone`,
    status: 'pending',
    priority: 'medium',
  }))
  writeFileSync(join(project, 'tasks.json'), JSON.stringify({ tasks: list }, null, 2))
  return project
}

async function run(tasks: number, attempts: number): Promise<Run> {
  const begin = performance.now()
  const child = spawn(process.execPath, [program, 'start'], {
    cwd: makeProject(tasks, attempts),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  const memory: number[] = []
  let startMs = 0
  let done = 0
  for await (const line of createInterface({ input: child.stdout })) {
    if (startMs === 0 && line.includes(' attempt 1 ')) startMs = performance.now() - begin
    if (!line.endsWith(' completed')) continue
    done += 1
    memory.push(...residentMegabytes(child.pid))
  }
  const [code] = await ended
  if (code !== (attempts < tasks ? unfinished : 0) || done < attempts)
    throw new Error(`the run ended with ${code} after ${done} tasks`)
  return { perTaskMs: (performance.now() - begin - startMs) / attempts, startMs, memory }
}

/** What a process holds in memory now; nothing where the system does not say it in this way. */
function residentMegabytes(pid: number | undefined): number[] {
  if (process.platform !== 'linux') return []
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const kilobytes = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1])
  return Number.isNaN(kilobytes) ? [] : [kilobytes / 1024] // it may have just ended
}

/** Milliseconds to start a program that does nothing, and to hear of its end. */
async function spawnMs(): Promise<number> {
  const start = performance.now()
  for (let nth = 0; nth < spawns; nth += 1) await once(spawn('true'), 'exit')
  return (performance.now() - start) / spawns
}

const overheads: number[] = []
for (const { tasks, attempts } of runs) {
  const before = await spawnMs()
  const { perTaskMs, startMs, memory } = await run(tasks, attempts)
  const spawnOnly = (before + (await spawnMs())) / 2
  const overhead = perTaskMs - spawnOnly
  overheads.push(overhead)
  const name = attempts < tasks ? `${attempts} of ${whole(tasks)} tasks` : `${whole(tasks)} tasks`
  console.log(
    `  ${name}: ${perTaskMs.toFixed(1)} ms each, spawning alone ${spawnOnly.toFixed(1)} ms; ` +
      `${whole(startMs)} ms until the first`,
  )
  report({
    name: `overhead per task, ${name}`,
    ours: `${overhead.toFixed(1)} ms`,
    peer: `spawn ${spawnOnly.toFixed(1)} ms`,
    ratio: (overhead / spawnOnly).toFixed(2),
    aim: `< ${mostMs} ms`,
    isMet: overhead < mostMs,
  })
  if (attempts >= 1_000 && memory.length > 0) reportMemory(name, memory)
}

/** Between two collections of garbage memory goes up and down; the medians of two tenths do not. */
function reportMemory(name: string, memory: readonly number[]): void {
  const tenth = Math.floor(memory.length / 10)
  for (const [span, from, to] of [
    ['first to last task', memory[0] ?? 0, memory.at(-1) ?? 0],
    ['second to last tenth', median(memory.slice(tenth, 2 * tenth)), median(memory.slice(-tenth))],
  ] as const) {
    report({
      name: `memory over ${name}, ${span}`,
      ours: `${(to - from).toFixed(1)} MB`,
      peer: `${from.toFixed(0)} to ${to.toFixed(0)} MB`,
      ratio: (to / from).toFixed(2),
      aim: `< ${mostMegabytes} MB`,
      isMet: to - from < mostMegabytes,
    })
  }
}

const [few = Number.NaN, ...more] = overheads
for (const [nth, many] of more.entries()) {
  report({
    name: `overhead per task, backlog of ${whole(runs[nth + 1]?.tasks ?? 0)} against ${whole(runs[0].tasks)}`,
    ours: `${many.toFixed(1)} ms`,
    peer: `${few.toFixed(1)} ms`,
    ratio: (many / few).toFixed(2),
    aim: `< ${mostGrowth.toFixed(2)}`,
    isMet: many / few < mostGrowth,
  })
}
