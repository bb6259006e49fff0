import { createSessionFiles } from '../../adapters/files/session-files.ts'
import type { App } from '../../app.ts'
import { answerQuestion } from '../../daemon/questions.ts'
import type { WebSources } from '../../web/serve.ts'
import { carryOut } from '../dashboard/act.ts'
import type { Project } from '../open-project.ts'
import { parseAct } from './parse-act.ts'
import { pluginRows } from './plugin-rows.ts'

/** What the web app shows of a project, and what may be done from it. */
export function projectSources(
  app: App,
  project: Project,
): Pick<WebSources, 'files' | 'place' | 'act' | 'plugins'> {
  const { dailyUsd } = project.settings.budget
  return {
    files: createSessionFiles(app.stateDir),
    place: { project: project.root, dailyBudgetUsd: dailyUsd, isRecording: false },
    act: async (request) => {
      const asked = parseAct(request)
      if (asked.do !== 'answer') return carryOut(app, project, asked)
      await answerQuestion(app, asked.task, asked.text, 'cli')
      return `${asked.task} has its answer`
    },
    plugins: () => pluginRows(app),
  }
}
