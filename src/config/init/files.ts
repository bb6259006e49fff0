import type { InitPlan } from './plan.ts'

/** The first task file: one task to try things out with. */
export const firstTasksFile = `${JSON.stringify(
  { tasks: [{ id: 'TASK-001', status: 'pending', priority: 'high' }] },
  null,
  2,
)}\n`

/** What that task asks for. */
export const firstTask = `# TASK-001: Say what this project is

## Goal
Someone who opens this repository for the first time should see what it is for.

## Requirements
- Read the code and write a file NOTES.md of at most 40 lines
- Say what the project does, how it is built, and how its tests are run

## Success criteria
- NOTES.md is there
- Every command it names has been tried
`

/** A form for tasks that add something. */
export const featureTemplate = `# TASK-XXX: What is added

## Goal
What someone can do afterwards that they cannot do now, and why they want to.

## Requirements
- What it does, one line each
- What it does when the input is wrong

## Not part of it
- What is left for later

## Success criteria
- How to see that it works
- The tests that prove it
`

/** A form for tasks that repair something. */
export const bugfixTemplate = `# TASK-XXX: What goes wrong

## What happens
What was done, and what came of it. The message, word for word.

## What should happen
What was expected instead.

## How to see it
1. The steps, one a line

## Success criteria
- A test that failed before and passes now
- Nothing else has changed
`

/** What is kept out of version control. */
export const ignoredPatterns = ['.loopwork-state/', 'node_modules/', '*.log', '.env', '.env.local']

/** A .gitignore with what it lacks added below a heading; null where it lacks nothing. */
export function gitignoreOf(existing: string): string | null {
  const there = new Set(existing.split(/\r?\n/).map((line) => line.trim()))
  const bare = (pattern: string) => pattern.replace(/\/$/, '')
  const missing = ignoredPatterns.filter((pattern) => !there.has(pattern) && !there.has(bare(pattern)))
  if (missing.length === 0) return null
  const end = existing.includes('\r\n') ? '\r\n' : '\n'
  const before = existing === '' || existing.endsWith('\n') ? existing : existing + end
  const heading = there.has('# loopwork') ? [] : [...(before === '' ? [] : ['']), '# loopwork']
  return before + [...heading, ...missing].map((line) => line + end).join('')
}

/** A first README. */
export function readmeOf(plan: InitPlan, project: string): string {
  const source = sourceOf(plan)
  return `# ${project}

## Working off tasks

${source}

\`\`\`sh
npx loopwork run --dry-run   # what would be done
npx loopwork run             # do it
npx loopwork status          # what is going on
\`\`\`

The settings are in \`loopwork.config.ts\`. What loopwork remembers is in \`.loopwork-state/\`, which is not for version
control.
`
}

function sourceOf({ backend }: InitPlan): string {
  switch (backend.kind) {
    case 'json':
      return `Tasks are in \`${backend.tasksDir}/tasks.json\`; each is described in a Markdown file beside it, named after its id.`
    case 'markdown':
      return `Tasks are the items \`- [ ] …\` of \`${backend.path}\`; what is indented below one describes it.`
    case 'github':
      return 'Tasks are GitHub issues with the label `loopwork-task`.'
  }
}

/** A first checklist. */
export const firstChecklist = `# Tasks

- [ ] Describe the first task here {#first-task}
      What is indented below an item says what exactly is to be done, and how to check it.
`
