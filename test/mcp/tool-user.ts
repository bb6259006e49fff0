import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect } from 'vitest'
import { backlogOf, makeProject, type Project } from '../support/project.ts'

/** The tools that an agent calls for each task, one after the other. */
export type Plan = Readonly<Record<string, readonly (readonly [tool: string, args: object])[]>>

// biome-ignore lint/suspicious/noExplicitAny: each tool answers something else
type Line = Record<string, any>

/** A project whose agent does nothing but use the tools that it is handed. */
export type ToolUser = Project & {
  readonly env: Readonly<Record<string, string>>
  /** What the agents have written down so far. */
  journal(): readonly Line[]
  /** What a tool answered, each time that it was called. */
  answers(tool: string): readonly Line[]
  /** Resolves when an agent has called a tool. */
  called(tool: string): Promise<void>
  /** The events of a task, without those of the backlog. */
  facts(task: string): Promise<readonly { by: string; event: { type: string; data: Line } }[]>
}

export function toolUser(plan: Plan, files: Readonly<Record<string, string>> = {}): ToolUser {
  const project = makeProject({
    'loopwork.config.json': JSON.stringify({
      backend: { type: 'json', tasksFile: 'tasks.json' },
      cli: 'claude',
      cliConfig: { cliPaths: { claude: resolve('test/fixtures/programs/tool-user.mjs') } },
      maxRetries: 0,
      dynamicTasks: { maxTasksPerExecution: 3 },
    }),
    'tasks.json': backlogOf(
      ...Object.keys(plan).map((id) => ({ id, title: `Do ${id}`, description: 'Do it.' })),
    ),
    ...files,
  })
  const journalFile = join(project.folder, 'journal.jsonl')
  const env = { TOOL_USER_PLAN: JSON.stringify(plan), TOOL_USER_JOURNAL: journalFile }
  const journal = (): Line[] => (existsSync(journalFile) ? linesOf(project.read('journal.jsonl')) : [])
  return {
    ...project,
    ...project.with(env),
    env,
    journal,
    answers: (tool) => journal().flatMap(({ name, answer }) => (name === tool ? [answer] : [])),
    called: async (tool) => {
      await expect.poll(() => journal().map(({ calls }) => calls), { timeout: 60_000 }).toContain(tool)
    },
    facts: async (task) => linesOf((await project.loopwork('log', '--json', '--task', task)).out) as never,
  }
}

function linesOf(text: string): Line[] {
  return text
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}
