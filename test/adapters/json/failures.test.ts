import { expect, test } from 'vitest'
import { diskFailure } from '../../../src/adapters/json/failures.ts'

test.each([
  ['ENOSPC', 'the disk is full while x was written'],
  ['EDQUOT', 'the disk is full while x was written'],
  ['EACCES', 'access was denied while x was written'],
  ['EROFS', 'access was denied while x was written'],
  ['EIO', 'broken, while x was written'],
])('%s from the disk is named, with what to do', (code, message) => {
  const failure = diskFailure(Object.assign(new Error('broken'), { code }), 'x was written')
  expect(failure).toMatchObject({ code: 'unavailable', message, hint: expect.any(String) })
})

test('a mistake of ours is not blamed on the disk', () => {
  expect(diskFailure(new TypeError('undefined is not a function'), 'x was written').code).toBe('internal')
})
