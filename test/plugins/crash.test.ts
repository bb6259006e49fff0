import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { backlogOf, configOf, makeProject } from '../support/project.ts'
import { type Reply, serve } from '../support/services/service.ts'

const count = 20
const secret = 'whsec_YSBzZWNyZXQgb2YgdHdlbnR5LWZvdXIgYg=='
/** Requests at which everything is killed, and whether the service has taken them by then. */
const kills = new Map([
  [2, 'before'],
  [5, 'after'],
  [9, 'before'],
  [14, 'after'],
  [21, 'before'],
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

test.skipIf(process.platform !== 'linux')(
  'killed with -9 between an event and its delivery, nothing is lost and only what was under way comes twice',
  { timeout: 180_000 },
  async () => {
    const taken: string[] = []
    let requests = 0
    let current: number | undefined
    const killAll = (): void => {
      if (current === undefined) return
      const plugins = childrenOf(current).filter((pid) =>
        readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('plugin-host'),
      )
      for (const pid of [current, ...plugins]) process.kill(pid, 'SIGKILL')
    }
    const service = await serve(({ headers, body }): Reply => {
      requests += 1
      const kill = kills.get(requests)
      if (kill !== 'before') taken.push(`${String(headers['webhook-id'])} ${body.data.position}`)
      if (kill) killAll()
      return { status: 204 }
    })
    const project = makeProject({
      'tasks.json': backlogOf(
        ...Array.from({ length: count }, (_, nth) => ({ id: `T-${nth + 1}`, title: 'It' })),
      ),
      'loopwork.config.json': configOf(['true'], {
        webhook: { url: service.url, secret, events: ['task.completed'] },
      }),
    })

    let lives = 0
    for (let command = 'start'; lives < 12; lives += 1) {
      const child = project.begin(command, '--quiet')
      current = child.pid
      const { code, err } = await child.answer
      const isOver = code === 0 && taken.length >= count
      if (isOver) break
      // A run that had ended by itself before its plugins were killed is not resumed: the next delivers.
      command = code === null ? 'resume' : 'start'
      if (code !== null && code !== 0 && !/nothing to resume/.test(err)) throw new Error(err)
    }

    const log = (await project.loopwork('log', '--type', 'task.completed', '--json')).out.trim().split('\n')
    const completed = log.map((line) => JSON.parse(line) as { id: string; position: number })
    expect(completed).toHaveLength(count)
    const expected = completed.map(({ id, position }) => `${id}-webhook ${position}`)
    expect([...new Set(taken)]).toEqual(expected)
    const repeated = taken.length - new Set(taken).size
    expect(repeated).toBeLessThanOrEqual([...kills.values()].filter((when) => when === 'after').length)
    expect(lives).toBeGreaterThanOrEqual(kills.size)
  },
)
