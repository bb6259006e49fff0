import * as z from 'zod'
import type { Office } from '../office.ts'
import { adds, overrides, type Tool, tool } from '../tool.ts'
import type { Badge } from './badge.ts'

const words = z.string().trim().min(1).max(4_000)
const recorded = z.object({ recorded: z.literal(true), next: z.string() })

/** Tools by which the agent of an attempt says how it goes. */
export function reporting(office: Office, badge: Badge): readonly Tool[] {
  return [
    tool({
      name: 'loopwork_report_progress',
      title: 'Report progress',
      description:
        'Tells whoever watches how far you are with your task. Use it at each larger step, in one sentence.',
      annotations: adds,
      input: z.strictObject({
        text: words.describe('What you have done, or do now, in one sentence'),
        percent: z.number().min(0).max(100).optional().describe('How far you are, if you can tell'),
      }),
      output: recorded,
      run: async ({ text, percent = null }) => {
        await badge.say(await office.place(), { say: 'report', text, percent })
        return kept('Go on with your work.')
      },
    }),
    tool({
      name: 'loopwork_note_decision',
      title: 'Note a decision',
      description:
        'Keeps a decision that you took, and why, with the task. Use it where somebody could later ask why it was done this way.',
      annotations: adds,
      input: z.strictObject({ text: words.describe('What you decided, and why') }),
      output: recorded,
      run: async ({ text }) => {
        await badge.say(await office.place(), { say: 'note', text })
        return kept('Go on with your work.')
      },
    }),
    tool({
      name: 'loopwork_declare_blocked',
      title: 'Declare the task blocked',
      description:
        'Says that you cannot go on with your task at all, and why. It ends your attempt: a person looks at it. Use loopwork_ask_person instead where an answer would be enough.',
      annotations: overrides,
      input: z.strictObject({ reason: words.describe('What is in the way, and what would remove it') }),
      output: recorded,
      run: async ({ reason }) => {
        await badge.say(await office.place(), { say: 'block', reason })
        return kept('Stop now: your attempt is over.')
      },
    }),
  ]
}

function kept(next: string): z.infer<typeof recorded> {
  return { recorded: true, next }
}
