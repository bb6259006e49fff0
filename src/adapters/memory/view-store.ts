import type { Checkpoint, ViewStore } from '../../ports/view-store.ts'

/** Rows of views that last as long as their process. Rows are copied in and out, as a store would. */
export function createMemoryViewStore(): ViewStore {
  const checkpoints = new Map<string, Checkpoint>()
  const views = new Map<string, Map<string, unknown>>()

  const rowsOf = (view: string): Map<string, unknown> => {
    const rows = views.get(view) ?? new Map<string, unknown>()
    views.set(view, rows)
    return rows
  }

  return {
    checkpoint: async (view) => checkpoints.get(view) ?? null,
    row: async (view, key) => structuredClone(rowsOf(view).get(key)),
    rows: async (view, prefix) =>
      [...rowsOf(view)]
        .filter(([key]) => key.startsWith(prefix))
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, row]) => [key, structuredClone(row)] as const),
    save: async (from, to, changes) => {
      const now = checkpoints.get(to.view)
      if (now?.position !== from?.position || now?.version !== from?.version) return false
      const rows = rowsOf(to.view)
      for (const [key, row] of changes) {
        if (row === undefined) rows.delete(key)
        else rows.set(key, structuredClone(row))
      }
      checkpoints.set(to.view, to)
      return true
    },
    drop: async (view) => {
      checkpoints.delete(view)
      views.delete(view)
    },
  }
}
