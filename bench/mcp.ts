// What a server costs: until it first answers, with many tasks, and while nobody asks, against one of the bare SDK.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { median, report, whole } from './figure.ts'
import { cacheFolder } from './folders.ts'
import { initialize, type Server, startServer } from './mcp-client.ts'
import { program } from './program.ts'

const rounds = 15
const tasks = 10_000
const mostRatio = 2
const mostListMs = 50

const project = join(cacheFolder, 'mcp')
const many = join(cacheFolder, 'mcp-many')
writeProject(project, 10)
writeProject(many, tasks)
const ours = () => startServer([program, 'mcp'], project)
const peer = () => startServer([resolve('bench/mcp-peer.mjs')], project)

/** Seen from the client: until the handshake is answered, until the first tool has answered, and the memory then. */
async function life(server: Server, tool: string) {
  await initialize(server)
  const handshake = server.age()
  const idle = server.memory()
  await server.call(tool)
  const answer = server.age()
  const used = server.memory()
  await server.close()
  return { handshake, answer, idle, used }
}

type Life = Awaited<ReturnType<typeof life>>
const lives: { ours: Life[]; peer: Life[] } = { ours: [], peer: [] }
await life(ours(), 'loopwork_count_pending') // makes the store
for (let round = 0; round < rounds; round += 1) {
  lives.ours.push(await life(ours(), 'loopwork_count_pending'))
  lives.peer.push(await life(peer(), 'count'))
}

for (const [key, name, unit, most] of [
  ['handshake', 'mcp, start to handshake', 'ms', mostRatio],
  ['answer', 'mcp, start to first answer of a tool', 'ms', null],
  ['idle', 'mcp, memory of an idle server', 'MB', mostRatio],
  ['used', 'mcp, memory once it was used', 'MB', null],
] as const) {
  const [mine, its] = [lives.ours, lives.peer].map((all) => median(all.map((one) => one[key])))
  const ratio = (mine ?? 0) / (its ?? 1)
  report({
    name,
    ours: `${mine?.toFixed(0)} ${unit}`,
    peer: `bare SDK server ${its?.toFixed(0)} ${unit}`,
    ratio: ratio.toFixed(2),
    aim: most === null ? '' : `< ${most.toFixed(2)}`,
    isMet: most === null ? null : ratio < most,
  })
}

const server = startServer([program, 'mcp'], many)
await initialize(server)
const first = await timed(() => server.call('loopwork_list_tasks'))
console.log(`  list_tasks, first time with ${whole(tasks)} tasks: ${whole(first)} ms`)
const lists: number[] = []
const parses: number[] = []
for (let round = 0; round < rounds; round += 1) {
  lists.push(await timed(() => server.call('loopwork_list_tasks')))
  parses.push(await timed(async () => JSON.parse(readFileSync(join(many, 'tasks.json'), 'utf8'))))
}
await server.close()
const [list, parse] = [median(lists), median(parses)]
report({
  name: `mcp, list_tasks of ${whole(tasks)}`,
  ours: `${list.toFixed(1)} ms`,
  peer: `JSON.parse of the file ${parse.toFixed(1)} ms`,
  ratio: (list / parse).toFixed(2),
  aim: `< ${mostListMs} ms`,
  isMet: list < mostListMs,
})

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}

function writeProject(folder: string, count: number): void {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const entries = Array.from({ length: count }, (_, nth) => ({
    id: `TASK-${String(nth + 1).padStart(5, '0')}`,
    title: `Do what is to be done, number ${nth + 1}`,
    status: 'pending',
    ...(nth % 10 === 9 ? { dependsOn: [`TASK-${String(nth).padStart(5, '0')}`] } : {}),
  }))
  const backend = { type: 'json', tasksFile: 'tasks.json' }
  writeFileSync(join(folder, 'loopwork.config.json'), JSON.stringify({ backend }))
  writeFileSync(join(folder, 'tasks.json'), JSON.stringify({ tasks: entries }, null, 2))
}
