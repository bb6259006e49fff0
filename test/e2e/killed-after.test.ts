import { test } from 'vitest'
import { expectSameEnd, killedTimeoutMs } from '../support/github/killed-runs.ts'

test(
  'a run that is killed after each of its requests was done ends as one that is not',
  () => expectSameEnd(true),
  killedTimeoutMs,
)
