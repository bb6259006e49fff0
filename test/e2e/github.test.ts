import { expect, test } from 'vitest'
import { addTask, serveGitHub } from '../support/github/backlog.ts'
import { leftAt, runKilledAtEvery } from '../support/github/killed-run.ts'
import { projectAt } from '../support/github/project.ts'
import type { GitHub } from '../support/github/server.ts'

/** Issues of the killed run: a few, or as many as `npm run test:github` says. */
const killedIssues = Number(process.env.LOOPWORK_GITHUB ?? 2)
const isLong = process.env.LOOPWORK_GITHUB !== undefined

/** Issues with dependencies in the body, native ones and sub-issues; none has a label of a status. */
function addTasks(github: GitHub, count: number): void {
  for (let nth = 1; nth <= count; nth += 1) {
    addTask(github, {
      title: `Task ${nth}`,
      body: `Do ${nth}.${nth % 5 === 0 ? `\n\nDepends on: #${nth - 1}` : ''}`,
      parent: nth % 10 === 3 ? nth - 1 : null,
      blockedBy: nth % 7 === 4 ? [nth - 3] : [],
    })
  }
}

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

test.each(isLong ? [true, false] : [true])(
  'a run that is killed at every request ends as one that is not (request done: %s)',
  async (isDone) => {
    const count = killedIssues
    const unkilled = await serveGitHub()
    addTasks(unkilled, count)
    expect((await projectAt(unkilled).loopwork('start', '--quiet')).code).toBe(0)

    const github = await serveGitHub()
    addTasks(github, count)
    const lives = await runKilledAtEvery(github, projectAt(github), isDone)
    console.log(`${count} issues: ${lives} lives, ${github.seen.length} requests`)
    expect(lives).toBeGreaterThan(count * 4)
    expect(leftAt(github)).toEqual(leftAt(unkilled))
  },
  isLong ? 7_200_000 : 240_000,
)
