import type { FailureKind } from '../events/shapes.ts'
import type { TaskBrief } from '../ports/backlog.ts'

/** What the attempt before came to, where there was one. */
export type Before = { readonly kind: FailureKind; readonly reason: string; readonly output: string }

/** The prompt for one attempt at a task, in Markdown. */
export function promptFor(task: {
  readonly id: string
  readonly brief: TaskBrief
  readonly attempt: number
  readonly verify: readonly string[] | null
  readonly before: Before | null
  /** Whether the agent has tools by which it can ask and report. */
  readonly hasTools: boolean
}): string {
  const { id, brief, attempt, verify, before, hasTools } = task
  return [
    `# ${id}: ${brief.title}`,
    `## What is to be done\n\n${brief.text.trim() || brief.title}`,
    `## How to work\n\n${rules(verify, hasTools)}`,
    ...(before ? [again(before, attempt)] : []),
    `Source: ${brief.source}`,
    '',
  ].join('\n\n')
}

function rules(verify: readonly string[] | null, hasTools: boolean): string {
  return [
    '1. Read what you need of the project before you change it, and follow its own conventions.',
    hasTools
      ? '2. Do exactly this task, completely. Nobody watches: where you cannot go on without a person, ask with the tool loopwork_ask_person, and say what you do if nobody answers. Where you cannot go on at all, use loopwork_declare_blocked.'
      : '2. Do exactly this task, completely. Nobody will answer questions while you work.',
    '3. Add or adapt tests where the project has tests, and run them.',
    verify
      ? `4. When you are done, \`${verify.join(' ')}\` is run to check the work; it has to succeed.`
      : '4. Check your work before you end; leave nothing half-done.',
    '5. End with a short summary of what you changed. If you could not do it, say so plainly and why.',
  ].join('\n')
}

function again({ kind, reason, output }: Before, attempt: number): string {
  const end = output.trim()
  return [
    '## The attempt before this one',
    `This is attempt ${attempt}. The one before ended without success (${kind}): ${reason}`,
    'Some of its work may be in place already: look first, keep what is good.',
    ...(end ? [`The end of its output:\n\n${fenced(end)}`] : []),
  ].join('\n\n')
}

/** Fenced so that nothing inside can end the fence. */
function fenced(text: string): string {
  const longest = [...text.matchAll(/`{3,}/g)].reduce((most, [run]) => Math.max(most, run.length), 2)
  const fence = '`'.repeat(longest + 1)
  return `${fence}text\n${text}\n${fence}`
}
