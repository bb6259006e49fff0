import { describe, expect, test } from 'vitest'
import type { ViewStore } from '../../src/ports/view-store.ts'

/** What every store of views promises. */
export function viewStoreContract(name: string, open: () => Promise<ViewStore>): void {
  const first = { view: 'board', version: 1, position: 10 }
  const second = { view: 'board', version: 1, position: 20 }

  describe(name, () => {
    test('knows nothing at first', async () => {
      const store = await open()
      expect(await store.checkpoint('board')).toBeNull()
      expect(await store.row('board', 'a')).toBeUndefined()
      expect(await store.rows('board', '')).toEqual([])
    })

    test('keeps rows and their checkpoint in one step', async () => {
      const store = await open()
      const rows = [
        ['b/2', { n: 2 }],
        ['a', [1, 'x', null]],
        ['b/1', 'one'],
      ] as const
      expect(await store.save(null, first, rows)).toBe(true)
      expect(await store.checkpoint('board')).toEqual(first)
      expect(await store.row('board', 'b/2')).toEqual({ n: 2 })
      expect(await store.rows('board', 'b/')).toEqual([
        ['b/1', 'one'],
        ['b/2', { n: 2 }],
      ])
      expect((await store.rows('board', '')).map(([key]) => key)).toEqual(['a', 'b/1', 'b/2'])
    })

    test('deletes a row that is undefined', async () => {
      const store = await open()
      await store.save(null, first, [['a', 1]])
      await store.save(first, second, [['a', undefined]])
      expect(await store.rows('board', '')).toEqual([])
    })

    test('keeps nothing of a reader that somebody else was faster than', async () => {
      const store = await open()
      await store.save(null, first, [['a', 1]])
      expect(await store.save(null, second, [['a', 2]])).toBe(false)
      expect(await store.row('board', 'a')).toBe(1)
      expect(await store.checkpoint('board')).toEqual(first)
    })

    test('keeps views apart, and drops one without the other', async () => {
      const store = await open()
      await store.save(null, first, [['a', 1]])
      await store.save(null, { ...first, view: 'boards' }, [['a', 2]])
      expect(await store.rows('board', '')).toEqual([['a', 1]])
      await store.drop('board')
      expect(await store.checkpoint('board')).toBeNull()
      expect(await store.rows('board', '')).toEqual([])
      expect(await store.rows('boards', '')).toEqual([['a', 2]])
    })
  })
}
