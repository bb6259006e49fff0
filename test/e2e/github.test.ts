import { expect, test } from 'vitest'
import { serveGitHub } from '../support/github/backlog.ts'
import { addTasks } from '../support/github/killed-runs.ts'
import { projectAt } from '../support/github/project.ts'

test('60 issues with dependencies and sub-issues are worked off, from no labels to all closed', async () => {
  const github = await serveGitHub()
  addTasks(github, 60)
  const started = Date.now()
  const { code, err, out } = await projectAt(github).loopwork('start')
  expect({ code, err, out: code === 0 ? '' : out }).toEqual({ code: 0, err: '', out: '' })
  const writes = github.seen.filter(({ method }) => method !== 'GET').length
  console.log(
    `60 issues: ${github.seen.length} requests, ${writes} of them writes, ${Date.now() - started} ms`,
  )
  for (const { labels, comments, ...issue } of github.state.issues.values()) {
    expect({ labels, ...issue }).toMatchObject({
      labels: ['loopwork-task'],
      state: 'closed',
      stateReason: 'completed',
    })
    expect(comments.map(({ body }) => /loopwork:(\w+)/.exec(body)?.[1])).toEqual(['told'])
  }
}, 240_000)
