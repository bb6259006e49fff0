// What `status` costs, and whether it costs more the longer the log is.
import { spawnSync } from 'node:child_process'
import { median, report, whole } from './figure.ts'
import { cacheFolder } from './folders.ts'
import { projectWith } from './million.ts'
import { milliseconds, program } from './program.ts'

const lengths = [1_000, 1_000_000] as const
const rounds = 15
const most = 3
const mostGrowth = 1.1

const projects = new Map<number, string>()
for (const events of lengths) {
  const project = await projectWith(events)
  projects.set(events, project)
  console.log(
    `  status, first time with ${whole(events)} events: ${whole(milliseconds([program, 'status'], project))} ms`,
  )
}

/** How many files of JavaScript a command loads. */
function modulesOf(args: readonly string[], cwd: string): number {
  const hook = `import { writeSync } from 'node:fs'
    export const load = (url, context, next) => {
      if (url.startsWith('file:')) writeSync(2, 'loaded ' + url + '\\n')
      return next(url, context)
    }`
  const register = `import { register } from 'node:module'
    register('data:text/javascript,${encodeURIComponent(hook).replaceAll("'", '%27')}')`
  const flag = `--import=data:text/javascript,${encodeURIComponent(register)}`
  const { stderr } = spawnSync(process.execPath, [flag, ...args], { cwd, encoding: 'utf8' })
  return stderr.split('\n').filter((line) => line.startsWith('loaded ')).length
}

const [firstProject = cacheFolder] = projects.values()
for (const command of ['--version', 'status']) {
  console.log(`  ${command} loads ${modulesOf([program, command], firstProject)} modules`)
}

const times = new Map<string, number[]>()
const note = (name: string, value: number): void => {
  times.set(name, [...(times.get(name) ?? []), value])
}
for (let round = 0; round < rounds; round += 1) {
  note('node', milliseconds(['-e', '0'], cacheFolder))
  note('version', milliseconds([program, '--version'], cacheFolder))
  for (const [events, project] of projects) note(`${events}`, milliseconds([program, 'status'], project))
}
const middle = (name: string | number): number => median(times.get(`${name}`) ?? [])

const node = middle('node')
for (const [name, value, limit] of [
  ['--version', middle('version'), 1.5],
  ...lengths.map((events) => [`status with ${whole(events)} events`, middle(events), most] as const),
] as const) {
  report({
    name,
    ours: `${value.toFixed(1)} ms`,
    peer: `node -e 0 ${node.toFixed(1)} ms`,
    ratio: (value / node).toFixed(2),
    aim: `< ${limit.toFixed(2)}`,
    isMet: value / node < limit,
  })
}

const [short, long] = lengths
const growth = middle(long) / middle(short)
report({
  name: `status, ${whole(long)} against ${whole(short)} events`,
  ours: `${middle(long).toFixed(1)} ms`,
  peer: `${middle(short).toFixed(1)} ms`,
  ratio: growth.toFixed(2),
  aim: `< ${mostGrowth.toFixed(2)}`,
  isMet: growth < mostGrowth,
})
