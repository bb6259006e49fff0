import { expect, test } from 'vitest'
import { serveGitHub } from '../support/github/backlog.ts'
import { projectAt } from '../support/github/project.ts'
import type { GitHub } from '../support/github/server.ts'

/** What doctor finds at GitHub, as `subject: status found → mend`. */
async function look(github: GitHub, token = github.token): Promise<string[]> {
  const project = projectAt(github)
  const config = JSON.parse(project.read('loopwork.config.json'))
  config.backend.token = token
  project.write('loopwork.config.json', JSON.stringify(config))
  const { out } = await project.loopwork('doctor', '--json', '--no-look')
  const { findings } = JSON.parse(out)
  type Found = { subject: string; status: string; found: string; mend: string | null }
  return findings
    .filter(({ subject }: Found) => ['GitHub', 'Rights', 'Labels', 'Token of GitHub'].includes(subject))
    .map(({ subject, status, found, mend }: Found) => `${subject}: ${status} ${found} → ${mend}`)
}

test('a repository that can be used is said to be one, and which labels are missing', async () => {
  const github = await serveGitHub()
  const found = await look(github)
  expect(found.slice(0, 3)).toEqual([
    'Token of GitHub: good in the configuration → null',
    'GitHub: good acme/app can be reached → null',
    'Rights: good the token may change the issues of acme/app → null',
  ])
  expect(found[3]).toMatch(/^Labels: warning missing: loopwork-task, .* → Run `loopwork labels setup`/)
  expect(github.seen.every(({ method }) => method === 'GET')).toBe(true)
})

test.each<[string, (github: GitHub) => string | undefined, RegExp]>([
  [
    'a wrong token',
    () => 'wrong',
    /GitHub: bad .*401 \(Bad credentials\).*The token is wrong or has expired/,
  ],
  [
    'a token without the scope',
    (github) => {
      github.scopes = 'read:org'
      return undefined
    },
    /Rights: bad the token may not change .*its scopes are: read:org → Give it the scope "repo"/,
  ],
  [
    'a refusal',
    (github) => {
      const data = { message: 'Resource not accessible by personal access token' }
      github.fault = () => ({ reply: { status: 403, data } })
      return undefined
    },
    /GitHub: bad .*403 .*The token may not do this.*Issues: read and write/,
  ],
  [
    'another repository',
    (github) => {
      github.state.repo = 'acme/other'
      return undefined
    },
    /GitHub: bad .*404.*See whether acme\/app is spelled right/,
  ],
  [
    'an archived one',
    (github) => {
      github.state.isArchived = true
      return undefined
    },
    /GitHub: bad acme\/app is archived.*Unarchive it/,
  ],
  [
    'one without issues',
    (github) => {
      github.state.hasIssues = false
      return undefined
    },
    /GitHub: bad acme\/app has no issues → Switch issues on/,
  ],
  [
    'a renamed one',
    (github) => {
      github.state.formerNames.add('acme/app')
      github.state.repo = 'acme/renamed'
      return undefined
    },
    /GitHub: warning acme\/app is called acme\/renamed now/,
  ],
  [
    'no answer',
    (github) => {
      github.fault = () => ({ cut: true, isDone: false })
      return undefined
    },
    /GitHub: bad GitHub did not answer while reading acme\/app.*See the network/,
  ],
])('%s is said in clear words', async (_, spoil, words) => {
  const github = await serveGitHub()
  const token = spoil(github)
  expect((await look(github, token)).join('\n')).toMatch(words)
})
