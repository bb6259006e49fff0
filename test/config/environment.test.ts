import { expect, test } from 'vitest'
import { readEnvironment } from '../../src/config/environment.ts'

test('the environment is a copy of what is set', () => {
  process.env.LOOPWORK_TEST_OF_ENVIRONMENT = 'here'
  const env = readEnvironment()
  delete process.env.LOOPWORK_TEST_OF_ENVIRONMENT
  expect(env.LOOPWORK_TEST_OF_ENVIRONMENT).toBe('here')
  expect(readEnvironment()).not.toHaveProperty('LOOPWORK_TEST_OF_ENVIRONMENT')
})
