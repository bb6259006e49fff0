import { subjects } from '../../src/machines/subjects.ts'
import { mermaidOf } from '../../src/web/mermaid.ts'
import { commandsPage } from './commands-page.ts'
import { eventsPage } from './events-page.ts'

/** Every page that is printed from the program, by its path. */
export async function pages(): Promise<Readonly<Record<string, string>>> {
  return {
    'docs/commands.md': await commandsPage(),
    'docs/events.md': eventsPage(),
    'docs/loop.mmd': chartPage('loop'),
    'docs/task.mmd': chartPage('task'),
  }
}

function chartPage(subject: keyof typeof subjects): string {
  const note = `%% Printed from the chart of a ${subject} by \`npm run docs\`; a test fails when it is stale.`
  return `${note}\n${mermaidOf(subjects[subject].machine)}`
}
