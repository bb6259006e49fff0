import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { pages } from '../../scripts/docs/pages.ts'
import { catalogue } from '../../src/events/catalogue.ts'

const printed = await pages()

test.each(Object.keys(printed))('%s is what `npm run docs` prints', (path) => {
  expect(readFileSync(path, 'utf8')).toBe(printed[path])
})

test('every event is explained, and every one that moves something is drawn', () => {
  const { 'docs/events.md': events = '', ...others } = printed
  expect([...events.matchAll(/^### (.+)$/gm)].map(([, type]) => type)).toEqual(Object.keys(catalogue))
  const drawn = `${others['docs/task.mmd']}${others['docs/loop.mmd']}`
  for (const type of ['claimed [noAttemptIsOpen]', 'limitReached', 'drainRequested'])
    expect(drawn).toContain(type)
})
