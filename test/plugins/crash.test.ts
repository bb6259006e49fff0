import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { backlogOf, configOf, makeProject } from '../support/project.ts'
import { type Reply, type Seen, serve } from '../support/services/service.ts'
import { identityOf, servicesUnderFire, type UnderFire } from './services-under-fire.ts'

const tasks = Array.from({ length: 8 }, (_, nth) => `T-${nth + 1}`)
/** Requests at which everything is killed, and whether the service has taken them by then. */
const kills = new Map([
  [1, 'before'],
  [3, 'after'],
  [6, 'before'],
  [9, 'after'],
])

/** The processes that a process has started, by the system's own list. */
function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => parentOf(name) === pid)
    .map(Number)
}

function parentOf(pid: string): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    return null // it has just ended
  }
}

/** Ends a loop and the process of its plugins as the system would for want of memory. */
function killAll(pid: number): void {
  const plugins = childrenOf(pid).filter((child) =>
    readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('plugin-host'),
  )
  for (const one of [pid, ...plugins]) process.kill(one, 'SIGKILL')
}

async function passOn(url: string, { method, path, query, headers, text }: Seen): Promise<Reply> {
  const { host: _, connection: _connection, 'content-length': _length, ...others } = headers
  const response = await fetch(`${url}${path}?${query}`, {
    method,
    headers: others as Record<string, string>,
    ...(text === '' ? {} : { body: text }),
  })
  const said = await response.text()
  return { status: response.status, ...(said === '' ? {} : { body: JSON.parse(said) }) }
}

/** A run of all tasks in which everything is killed around chosen requests, and started again. */
async function runUnderFire({ open, config, delivered }: UnderFire, isDone: (taken: Seen[]) => boolean) {
  const taken: Seen[] = []
  let requests = 0
  let current: number | undefined
  const service = await open(tasks)
  const front = await serve(async (seen) => {
    requests += 1
    const kill = kills.get(requests)
    const isTaken = kill !== 'before'
    const reply = isTaken ? await passOn(service.url, seen) : { status: 503 }
    if (isTaken && reply.status < 300 && delivered(seen) !== null) taken.push(seen)
    if (kill && current !== undefined) killAll(current)
    return reply
  })
  const backlog = tasks.map((id) => ({
    ...{ id, title: 'It' },
    metadata: { asanaGid: `x${id}`, todoistId: `x${id}`, everhourId: `ev:${id}` },
  }))
  const project = makeProject({
    'tasks.json': backlogOf(...backlog),
    'loopwork.config.json': configOf(['true'], config(front.url)),
  })
  let lives = 0
  for (let command = 'start'; lives < 12; lives += 1) {
    const child = project.begin(command, '--quiet')
    current = child.pid
    const { code, err } = await child.answer
    if (code === 0 && requests > Math.max(...kills.keys()) && isDone(taken)) break
    // A run that had ended by itself before its plugins were killed is not resumed: the next delivers.
    command = code === null ? 'resume' : 'start'
    if (code !== null && code !== 0 && !/nothing to resume/.test(err)) throw new Error(err)
  }
  return { taken, lives }
}

describe.skipIf(process.platform !== 'linux')('killed with -9 between an event and its delivery', () => {
  test.each(Object.entries(servicesUnderFire))(
    '%s misses nothing, in order, and only what was under way comes twice',
    { timeout: 180_000 },
    async (_, scene) => {
      const expected = scene.expected(tasks)
      const namesOf = (seen: readonly Seen[]) => seen.map((one) => String(scene.delivered(one)))
      const { taken, lives } = await runUnderFire(
        scene,
        (seen) => new Set(namesOf(seen)).size === expected.length,
      )
      expect([...new Set(namesOf(taken))]).toEqual(expected)
      expect(taken.length - expected.length).toBeLessThanOrEqual(
        [...kills.values()].filter((when) => when === 'after').length,
      )
      if (scene.knowsRepeats) expect(new Set(taken.map(identityOf)).size).toBe(expected.length)
      expect(lives).toBeGreaterThanOrEqual(kills.size)
    },
  )
})
