import { test } from 'vitest'
import { expectSameEnd, killedTimeoutMs } from '../support/github/killed-runs.ts'

test(
  'a run that is killed before each of its requests is done ends as one that is not',
  () => expectSameEnd(false),
  killedTimeoutMs,
)
