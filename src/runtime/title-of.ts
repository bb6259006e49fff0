import type { Backlog } from '../ports/backlog.ts'

/** What a task is called; a title that only its description gives is read from there. */
export async function titleOf(
  backlog: Pick<Backlog, 'brief'>,
  { id, title }: { readonly id: string; readonly title: string },
): Promise<string> {
  if (title !== '' && title !== id) return title
  const brief = await backlog.brief(id).catch(() => null) // whoever works on it hears what is wrong with it
  return brief?.title ?? id
}
