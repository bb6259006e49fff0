import { expect } from 'vitest'
import { addTask, serveGitHub } from './backlog.ts'
import { claimedAgent, leftAt, runKilledAtEvery, runUndisturbed } from './killed-run.ts'
import { projectAt } from './project.ts'
import type { GitHub } from './server.ts'

/** Issues of a killed run: a few, or as many as `npm run test:github` says. */
const issues = Number(process.env.LOOPWORK_GITHUB ?? 2)
const isLong = process.env.LOOPWORK_GITHUB !== undefined
export const killedTimeoutMs = isLong ? 7_200_000 : 240_000

/** Issues with dependencies in the body, native ones and sub-issues; none has a label of a status. */
export function addTasks(github: GitHub, count: number): void {
  for (let nth = 1; nth <= count; nth += 1) {
    addTask(github, {
      title: `Task ${nth}`,
      body: `Do ${nth}.${nth % 5 === 0 ? `\n\nDepends on: #${nth - 1}` : ''}`,
      parent: nth % 10 === 3 ? nth - 1 : null,
      blockedBy: nth % 7 === 4 ? [nth - 3] : [],
    })
  }
}

/** Kills a run at each of its requests, and compares what is left on the server with that of an unkilled one. */
export async function expectSameEnd(isDone: boolean): Promise<void> {
  const unkilled = await serveGitHub()
  addTasks(unkilled, issues)
  const undisturbed = await runUndisturbed(unkilled, projectAt(unkilled, claimedAgent))

  const github = await serveGitHub()
  addTasks(github, issues)
  const begun = Date.now()
  const { lives, cut } = await runKilledAtEvery(github, projectAt(github, claimedAgent), isDone)
  const seconds = Math.round((Date.now() - begun) / 1_000)
  const when = isDone ? 'after' : 'before'
  console.log(
    `${issues} issues, killed ${when} each request: ${lives} lives, ${cut.size} kills, ${github.seen.length} requests, ${seconds} s`,
  )
  expect(undisturbed.filter((name) => !cut.has(name))).toEqual([])
  expect(leftAt(github)).toEqual(leftAt(unkilled))
}
