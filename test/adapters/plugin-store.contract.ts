import { describe, expect, test } from 'vitest'
import type { PluginStore } from '../../src/ports/plugin-store.ts'

/** What every store for plugins promises. */
export function pluginStoreContract(name: string, open: () => Promise<PluginStore>): void {
  describe(name, () => {
    test('knows nothing at first', async () => {
      const store = await open()
      expect(await store.get('a', 'x')).toBeUndefined()
      expect(await store.rows('a', '')).toEqual([])
      expect(await store.owners()).toEqual([])
    })

    test('keeps what each owner puts, apart from the others', async () => {
      const store = await open()
      await store.put('default/b', [['kept/n', { n: 1 }]])
      await store.put('default/a', [
        ['parked/2', 'two'],
        ['parked/1', ['one', null]],
        ['status', { state: 'running' }],
      ])
      expect(await store.owners()).toEqual(['default/a', 'default/b'])
      expect(await store.get('default/b', 'kept/n')).toEqual({ n: 1 })
      expect(await store.rows('default/a', 'parked/')).toEqual([
        ['parked/1', ['one', null]],
        ['parked/2', 'two'],
      ])
      await store.put('default/a', [['parked/1', undefined]])
      expect((await store.rows('default/a', '')).map(([key]) => key)).toEqual(['parked/2', 'status'])
    })

    test('puts all or nothing, and nothing where a row is not what it was taken for', async () => {
      const store = await open()
      expect(await store.put('a', [['checkpoint', 5]], ['checkpoint', undefined])).toBe(true)
      expect(await store.put('a', [['checkpoint', 9]], ['checkpoint', undefined])).toBe(false)
      expect(
        await store.put(
          'a',
          [
            ['checkpoint', 9],
            ['parked/6', true],
          ],
          ['checkpoint', 4],
        ),
      ).toBe(false)
      expect(await store.rows('a', '')).toEqual([['checkpoint', 5]])
      expect(await store.put('a', [['checkpoint', 9]], ['checkpoint', 5])).toBe(true)
      expect(await store.get('a', 'checkpoint')).toBe(9)
    })
  })
}
