import type { Backlog, TaskBrief } from '../ports/backlog.ts'

/** The texts of tasks, read before a task is claimed, so that nothing is begun that cannot be read. */
export type Briefs = {
  /** Reads the text that the next attempt is given. */
  fetch(id: string): Promise<TaskBrief>
  /** The text that was read for the claim; after a crash in between it is read anew. */
  take(id: string): Promise<TaskBrief>
}

export function createBriefs(backlog: Pick<Backlog, 'brief'>): Briefs {
  const fetched = new Map<string, TaskBrief>()
  return {
    fetch: async (id) => {
      const brief = await backlog.brief(id)
      fetched.set(id, brief)
      return brief
    },
    take: async (id) => {
      const brief = fetched.get(id)
      fetched.delete(id)
      return brief ?? backlog.brief(id)
    },
  }
}
