import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createMask } from '../../src/redaction/mask.ts'

const secrets = [
  { name: 'LONG_KEY', value: 'abcabcabd' },
  { name: 'KEY', value: 'abca' },
]

function through(text: string, cuts: readonly number[]): string {
  const bytes = Buffer.from(text)
  const edges = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  const mask = createMask(secrets)
  const pieces = edges.slice(1).map((edge, nth) => mask.take(bytes.subarray(edges[nth], edge)))
  return Buffer.concat([...pieces, mask.rest()]).toString()
}

test('secrets are taken out of what is printed, however it is cut', () => {
  expect(through('x abcabcabd y abca z', [])).toBe('x ***LONG_KEY*** y ***KEY*** z')
  expect(through('x abcabcabd y', [4, 7])).toBe('x ***LONG_KEY*** y')
  expect(through('the end is abc', [3])).toBe('the end is abc')
})

test('no secret is ever let through, and nothing else is lost', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd', ' ') }),
      fc.array(fc.nat(99)),
      (text, cuts) => {
        const shown = through(text, cuts)
        expect(shown.replaceAll('***LONG_KEY***', '').replaceAll('***KEY***', '')).not.toMatch(/abcabcabd/)
        if (!text.includes('abca')) expect(shown).toBe(text)
      },
    ),
  )
})
