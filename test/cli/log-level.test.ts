import { expect, test } from 'vitest'
import { agentOf, backlogOf, configOf, makeProject } from '../support/project.ts'

test.each([
  ['info', true, true],
  ['warn', false, true],
  ['silent', false, false],
] as const)('logLevel %s', { timeout: 60_000 }, async (logLevel, isTold, isWarned) => {
  const project = makeProject({
    'loopwork.config.json': configOf(agentOf('process.exit(3)'), { logLevel, maxRetries: 0 }),
    'tasks.json': backlogOf({ id: 'A' }),
  })
  const { out } = await project.loopwork('start')
  expect(/A attempt 1 /.test(out)).toBe(isTold)
  expect(/^\S+ A failed/m.test(out)).toBe(isWarned)
})
