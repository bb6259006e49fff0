import { subjects } from '../../src/machines/subjects.ts'
import { chartPage } from './chart-page.ts'
import { commandsPage } from './commands-page.ts'
import { eventsPage } from './events-page.ts'

/** Every page that is printed from the program, by its path. */
export async function pages(): Promise<Readonly<Record<string, string>>> {
  return {
    'docs/commands.md': await commandsPage(),
    'docs/events.md': eventsPage(),
    'docs/loop.mmd': chartPage(subjects.loop.machine),
    'docs/task.mmd': chartPage(subjects.task.machine),
  }
}
