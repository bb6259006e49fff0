import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { LoopworkError } from '../../errors.ts'

const run = promisify(execFile)
const patienceMs = 10_000

/** The repository that the working copy was cloned from; the remote `origin`, or else the only one. */
export async function repositoryOf(folder: string): Promise<string> {
  const words = ['-C', folder, 'remote', '-v']
  const text = await run('git', words, { timeout: patienceMs }).then(
    ({ stdout }) => stdout,
    () => '', // no git, or no working copy
  )
  const remotes = text.split('\n').flatMap((line) => {
    const [, name, url = ''] = /^(\S+)\s+(\S+) \(fetch\)$/.exec(line) ?? []
    const repo = /[:/]([A-Za-z0-9][\w-]*\/[\w.-]+?)(?:\.git)?\/?$/.exec(url)?.[1]
    return name && repo ? [{ name, repo }] : []
  })
  const found =
    remotes.find(({ name }) => name === 'origin') ?? (remotes.length === 1 ? remotes[0] : undefined)
  if (found) return found.repo
  throw new LoopworkError('invalid', 'nobody said which repository the issues are in', {
    hint: 'Give --repo owner/name, set LOOPWORK_REPO, or work in a clone with a remote named origin.',
  })
}

/** The token that the `gh` program keeps for this host. */
export async function tokenOfGh(baseUrl: string): Promise<string> {
  const { hostname } = new URL(baseUrl)
  const host = hostname === 'api.github.com' ? 'github.com' : hostname
  const token = await run('gh', ['auth', 'token', '--hostname', host], { timeout: patienceMs }).then(
    ({ stdout }) => stdout.trim(),
    () => '', // no gh, or nobody is logged in
  )
  if (token) return token
  throw new LoopworkError('invalid', `there is no token for ${host}`, {
    hint: 'Set GITHUB_TOKEN, or run `gh auth login`. It needs "Issues: read and write" for the repository.',
  })
}
