import { describe, expect, test } from 'vitest'
import { findByPattern } from '../../src/integrations/follow-ups/find-by-pattern.ts'

const titlesIn = (said: string, prompt = '') => findByPattern(said, prompt).map(({ title }) => title)

describe('what is left to be done is found by its phrase', () => {
  test.each([
    ['TODO: write the tests', 'write the tests'],
    ['- [ ] TODO(anna): write the tests.', 'write the tests'],
    ['The parser works. TODO: handle comments', 'handle comments'],
    ['// FIXME: the handle leaks', 'Fix: the handle leaks'],
    ['**Next step:** measure it', 'measure it'],
    ['Follow-up: tell the users', 'tell the users'],
    ['Prerequisite: a key for the service', 'a key for the service'],
    ['Partially implemented: the export', 'Finish: the export'],
    ['WIP: the import', 'Finish: the import'],
    ['You may consider adding: retries to the client. It is slow.', 'Add retries to the client'],
  ])('%s', (line, title) => expect(titlesIn(`Done.\n${line}\n`)).toEqual([title]))

  test('and by the heading of its list', () => {
    const said =
      '## Next steps\n\n1. Measure it\n2. **Tell** the users\n- [x] Ticked\n\nThat is all.\n- Not in it\n'
    expect(titlesIn(said)).toEqual(['Measure it', 'Tell the users'])
  })
})

describe('nothing is found', () => {
  test.each([
    ['in code that is shown', '```ts\n// TODO: later\n```\n~~~~\nTODO: more\n~~~\nTODO: still code\n~~~~'],
    ['in a quotation', '> TODO: what you said'],
    [
      'where it is said that there is none',
      'Next steps: none.\nTODO: N/A\nFollow-ups: nothing\nRemaining: -',
    ],
    [
      'in words that only look like it',
      'I did all of the todo list. The TODO page works. What was remaining is done.',
    ],
    ['in what was ticked off', '- [x] TODO: the first'],
  ])('%s', (_, said) => expect(titlesIn(said)).toEqual([]))

  test('in what the agent was told itself', () => {
    const prompt = '# T-1: One\n\n- TODO: write the tests\n\n## Next steps\n\n- Measure it\n'
    expect(titlesIn(prompt, prompt)).toEqual([])
    expect(titlesIn(`${prompt}\nTODO: write the docs`, prompt)).toEqual(['write the docs'])
  })
})

test('each is found once, with its urgency and the line it stood in', () => {
  expect(findByPattern('TODO: The tests!\n- TODO: the  tests\nFIXME: a leak.', '')).toEqual([
    { title: 'The tests!', description: 'TODO: The tests!', priority: 'medium' },
    { title: 'Fix: a leak', description: 'FIXME: a leak.', priority: 'high' },
  ])
})

test('a title is one line and no longer than can be read', () => {
  const [title = ''] = titlesIn(`TODO: ${'many words '.repeat(100)}`)
  expect(title.length).toBeLessThanOrEqual(120)
  expect(title).toMatch(/words…$|many…$/)
})
