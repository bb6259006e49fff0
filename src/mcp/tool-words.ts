/** Commands that a failure may point to, and the tool that answers the same. */
const tools: readonly (readonly [command: string, tool: string])[] = [
  ['loopwork task list', 'loopwork_list_tasks'],
  ['loopwork task show <id>', 'loopwork_get_task'],
  ['loopwork status', 'loopwork_namespaces'],
  ['loopwork answer', 'loopwork_list_questions'],
]

/** What can be done about a failure, for a client that has tools instead of a command line. */
export function inToolWords(hint: string): string {
  return tools.reduce(
    (said, [command, tool]) => said.replaceAll(`\`${command}\``, tool).replaceAll(command, tool),
    hint,
  )
}
