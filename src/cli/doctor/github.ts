import { systemClock } from '../../adapters/system/clock.ts'
import type { Settings } from '../../config/settings.ts'
import { LoopworkError } from '../../errors.ts'
import type { Io } from '../io.ts'
import { askProgram } from './ask-program.ts'
import { bad, type Finding, good, warning } from './finding.ts'

type GitHub = Extract<Settings['backend'], { kind: 'github' }>

/** Whether there is a token, and whether with it the repository can be reached and its issues changed. */
export async function lookAtGitHub(settings: Settings, backend: GitHub, io: Io, root: string) {
  const token = await lookAtToken(backend.token, io, root)
  if (token.status === 'bad') return [token]
  try {
    const [{ githubOptions }, { inspectRepository }] = await Promise.all([
      import('../../daemon/open-backlog.ts'),
      import('../../adapters/github/inspect.ts'),
    ])
    const options = await githubOptions({ projectRoot: root, clock: systemClock }, backend, settings.stateDir)
    const hurried = { ...options, timeoutMs: Math.min(options.timeoutMs, 5_000), retryMs: 50 }
    return [token, ...findingsOf(await inspectRepository(hurried), options.repo)]
  } catch (thrown) {
    if (!(thrown instanceof LoopworkError)) throw thrown
    return [token, bad('GitHub', thrown.message, thrown.hint ?? '', thrown.code)]
  }
}

type Seen = Awaited<ReturnType<typeof import('../../adapters/github/inspect.ts').inspectRepository>>

function findingsOf(seen: Seen, repo: string): Finding[] {
  return [lookAtRepository(seen, repo), ...lookAtRights(seen, repo), ...lookAtLabels(seen)]
}

function lookAtRepository({ repo: now, isArchived, hasIssues }: Seen, repo: string): Finding {
  if (isArchived) {
    const mend = 'Unarchive it in its settings, or name another repository.'
    return bad('GitHub', `${now} is archived, so nothing can be changed there`, mend, 'unavailable')
  }
  if (!hasIssues) {
    return bad('GitHub', `${now} has no issues`, 'Switch issues on in its settings.', 'unavailable')
  }
  if (now !== repo) {
    return warning(
      'GitHub',
      `${repo} is called ${now} now`,
      'Name it so in the configuration; it is followed.',
    )
  }
  return good('GitHub', `${repo} can be reached`)
}

function lookAtRights({ mayWrite, scopes, repo }: Seen, name: string): Finding[] {
  if (mayWrite === null) return [] // a token without scopes: only a change would tell
  if (mayWrite) return [good('Rights', `the token may change the issues of ${name}`)]
  const has = scopes === null ? 'its owner may only read' : `its scopes are: ${scopes.join(', ') || 'none'}`
  const mend = `Give it the scope "repo", or for ${repo} the permission "Issues: read and write".`
  return [bad('Rights', `the token may not change the issues of ${name}; ${has}`, mend, 'unavailable')]
}

function lookAtLabels({ missingLabels }: Seen): Finding[] {
  if (missingLabels.length === 0) return [good('Labels', 'all are there')]
  return [warning('Labels', `missing: ${missingLabels.join(', ')}`, 'Run `loopwork labels setup`.')]
}

async function lookAtToken(token: string | null, { env }: Io, root: string): Promise<Finding> {
  const subject = 'Token of GitHub'
  if (token !== null) {
    const variable = ['LOOPWORK_GITHUB_TOKEN', 'GITHUB_TOKEN', 'GH_TOKEN'].find((name) => env[name] === token)
    return good(subject, variable ? `${variable} is set` : 'in the configuration')
  }
  const login = await askProgram('gh', ['auth', 'status'], env, root)
  if (login !== null) return good(subject, 'that of `gh`')
  return bad(subject, 'none was found', 'Set GITHUB_TOKEN, or log in with `gh auth login`.', 'unavailable')
}
