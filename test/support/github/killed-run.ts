import type { Project } from '../project.ts'
import type { GitHub, Seen } from './server.ts'
import type { Comment } from './state.ts'

/** What is left on the server, without what depends on time or on the run. */
export function leftAt(github: GitHub) {
  return [...github.state.issues.values()].map(
    ({ number, state, stateReason, labels, assignees, comments }) => ({
      number,
      state,
      stateReason,
      labels: [...labels].sort(),
      assignees,
      comments: comments.map(textOf).sort(),
    }),
  )
}

function textOf({ body }: Comment): string {
  return body.replace(/loopwork:told \S+/, 'loopwork:told').replace(/after [\d.]+ s/, 'after a while')
}

/**
 * Works off the issues while every request is the last one of a process: the first time that a request is
 * seen, the process is killed, before or after what it asked for was done. A request that a life makes again is
 * another one, but for the looks whether anything is new.
 */
export async function runKilledAtEvery(
  github: GitHub,
  project: Project,
  isDone: boolean,
): Promise<{ readonly lives: number; readonly kills: number }> {
  const cut = new Set<string>()
  for (let lives = 1; ; lives += 1) {
    let wasCut = false
    let child: ReturnType<Project['begin']> | null = null
    const times = new Map<string, number>()
    github.fault = (seen) => {
      if (wasCut) return { hang: true, isDone: false } // nobody is there any more
      const request = nameOf(seen)
      const nth = (times.get(request) ?? 0) + 1
      times.set(request, nth)
      const name = isLook(seen) ? request : `${request} ${nth}`
      if (cut.has(name)) return null
      cut.add(name)
      wasCut = true
      setImmediate(() => child?.kill('SIGKILL')) // after the server has done it, where it does
      return { hang: true, isDone }
    }
    child = project.begin('start', '--quiet')
    const { code, err, out } = await child.answer
    if (wasCut) continue
    if (code === 0) return { lives, kills: cut.size }
    throw new Error(`life ${lives} ended with ${code}: ${err}${out}`)
  }
}

function isLook({ method, path, query }: Seen): boolean {
  return method === 'GET' && (query.includes('since=') || /\/(app|user)$/.test(path))
}

/** The same request in another life has the same name: keys and cursors are left out. */
function nameOf({ method, path, query, body }: Seen): string {
  const stable = JSON.stringify(body).replace(/loopwork:told [\w-]+/, '')
  return `${method} ${path} ${query.replace(/since=[^&]*/, '')} ${stable}`
}
