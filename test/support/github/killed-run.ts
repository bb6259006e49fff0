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
): Promise<{ readonly lives: number; readonly cut: ReadonlySet<string> }> {
  const cut = new Set<string>()
  for (let lives = 1; ; lives += 1) {
    let wasCut = false
    let child: ReturnType<Project['begin']> | null = null
    const times = new Map<string, number>()
    github.fault = (seen) => {
      tellClaims(github, project)
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
    if (code === 0) return { lives, cut }
    throw new Error(`life ${lives} ended with ${code}: ${err}${out}`)
  }
}

/** Works off the issues undisturbed; gives the names of the requests that were made for it. */
export async function runUndisturbed(github: GitHub, project: Project): Promise<string[]> {
  github.fault = () => {
    tellClaims(github, project)
    return null
  }
  const { code, err, out } = await project.loopwork('start', '--quiet')
  if (code !== 0) throw new Error(`it ended with ${code}: ${err}${out}`)
  return github.seen.filter((seen) => !isLook(seen)).map((seen) => `${nameOf(seen)} 1`)
}

/** An agent that goes on until its claim can be seen, so that in no run the claim is left out. */
export const claimedAgent = `const file = 'claimed-' + process.env.LOOPWORK_TASK_ID
setInterval(() => require('fs').existsSync(file) && process.exit(0), 10)`

function tellClaims({ state }: GitHub, project: Project): void {
  for (const { number, labels } of state.issues.values()) {
    if (labels.includes('loopwork:in-progress')) project.write(`claimed-GH-${number}`, '')
  }
}

function isLook({ method, path, query }: Seen): boolean {
  return method === 'GET' && (query.includes('since=') || /\/(app|user)$/.test(path))
}

/** The same request in another life has the same name: keys, holders and cursors are left out. */
function nameOf({ method, path, query, body }: Seen): string {
  const stable = JSON.stringify(body)
    .replace(/loopwork:told [\w-]+/, '')
    .replace(/loopwork on [\w.-]+|holder=\\"[\w.-]+/g, '')
  return `${method} ${path} ${query.replace(/since=[^&]*/, '')} ${stable}`
}
