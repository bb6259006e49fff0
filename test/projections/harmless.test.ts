import fc from 'fast-check'
import { expect, test } from 'vitest'
import { plain } from '../../src/cli/dashboard/plain.ts'
import { harmless } from '../../src/projections/harmless.ts'

test.each([
  ['colours', '\u001b[1;31mred\u001b[0m', 'red'],
  ['colours of eight bits', '\u009b31mred\u009b0m', 'red'],
  ['a link', '\u001b]8;;https://evil.example\u0007here\u001b]8;;\u001b\\', 'here'],
  ['a title that never ends', 'a\u001b]0;title\nthe next line', 'a\nthe next line'],
  ['another alphabet', '\u001b(0qqq', 'qqq'],
  ['a line written over', 'good\rbad', 'good\nbad'],
  ['line ends of Windows', 'a\r\nb\tc', 'a\nb\tc'],
  ['turned reading', '\u202edesrever\u2066x\u200f', 'desreverx'],
  ['half a character', 'a\ud83d', 'a\ufffd'],
  ['a family', '👩‍👩‍👧‍👦', '👩‍👩‍👧‍👦'],
  ['a letter that is not joined', 'می\u200cخواهم', 'می\u200cخواهم'],
])('%s', (_, text, expected) => {
  expect(harmless(text)).toBe(expected)
})

const anything = fc.string({
  unit: fc.oneof(
    fc.constantFrom('\u001b', '[', ']', '\u0007', '\u009b', '\u009d', '\r', '\n', '\u202e'),
    fc.string(),
  ),
})

test('nothing is left that steers anything, whatever is taken out around it', () => {
  fc.assert(
    fc.property(anything, (text) => {
      expect(harmless(text)).not.toMatch(/(?![\n\t])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u)
      expect(plain(text)).not.toMatch(/\p{Cc}|\p{Cf}/u)
    }),
  )
})
