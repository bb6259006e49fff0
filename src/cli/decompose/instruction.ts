import type { TaskBrief } from '../../ports/backlog.ts'

/** How many tasks of the backlog the agent is shown. */
const mostShown = 200

/** What an agent is told that is to split up a request. */
export function instructionFor(given: {
  readonly request: string
  readonly parent: { readonly id: string; readonly brief: TaskBrief } | null
  readonly tasks: readonly { readonly id: string; readonly title: string; readonly state: string }[]
}): string {
  const { request, parent, tasks } = given
  const shown = tasks.slice(0, mostShown).map(({ id, title, state }) => `- ${id} (${state}): ${title}`)
  return [
    'Split the request below into tasks for AI coding agents. Look at the project as far as it helps you, but',
    'change nothing, run nothing that changes anything, and ask nothing: nobody is there to answer.',
    '',
    'Each task is done by an agent of its own that is told nothing but its title and its description, and is',
    'checked before the next begins. So each must make sense by itself, leave the project in working order, and',
    'say in its description, in Markdown: the goal, the bounds, and how to see that it is done. Make as few',
    'tasks as the request allows, and as many as it needs. Say in `dependsOn` what must be done before.',
    '',
    'End with one JSON object and nothing after it:',
    '',
    '{"feature": "short-name", "tasks": [{"id": "1", "title": "one line", "description": "Markdown",',
    ' "priority": "high|medium|low|background", "dependsOn": ["ids of this list, or of the backlog"]}]}',
    '',
    ...(shown.length > 0 ? ['## Tasks that the backlog has already', '', ...shown, ''] : []),
    ...(parent
      ? [`## The task that is to be split up: ${parent.id} ${parent.brief.title}`, '', parent.brief.text, '']
      : []),
    '## The request',
    '',
    request,
    '',
  ].join('\n')
}
