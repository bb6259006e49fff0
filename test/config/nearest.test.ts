import { expect, test } from 'vitest'
import { nearest } from '../../src/config/nearest.ts'

test.each([
  ['cluade', ['claude', 'codex'], 'claude'],
  ['MAXITERATIONS', ['maxIterations'], 'maxIterations'],
  ['codx', ['claude', 'codex'], 'codex'],
  ['time', ['timeout', 'cli'], null],
  ['xyz', ['claude', 'cli'], null],
  ['a', [], null],
])('%s among %j', (name, known, meant) => {
  expect(nearest(name, known)).toBe(meant)
})
