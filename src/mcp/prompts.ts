import { LoopworkError } from '../errors.ts'
import type { Office } from './office.ts'
import type { Content } from './protocol.ts'

/** A conversation that a person can begin with one word. */
export type Prompt = {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly arguments: readonly {
    readonly name: string
    readonly title: string
    readonly description: string
    readonly required: boolean
  }[]
  get(given: Readonly<Record<string, string>>): Promise<readonly PromptMessage[]>
  /** Values that an argument can have, as far as they begin like this. */
  complete(argument: string, beginning: string): Promise<readonly string[]>
}

export type PromptMessage = { readonly role: 'user' | 'assistant'; readonly content: Content }

/** The prompts of a project. */
export function promptsOf(office: Office): readonly Prompt[] {
  const features = async (_: string, beginning: string) => {
    const rows = await office.atDesk(async ({ desk }) => desk.tasks())
    const all = [...new Set(rows.flatMap(({ feature }) => feature ?? []))]
    return all.filter((name) => name.startsWith(beginning))
  }
  const feature = {
    name: 'feature',
    title: 'Feature',
    description: 'Only tasks of this feature',
    required: false,
  }
  return [
    {
      name: 'triage',
      title: 'Go through what is stuck',
      description:
        'Look at every task that failed, is blocked or needs a person, and propose what to do with each',
      arguments: [feature],
      complete: features,
      get: async ({ feature: name }) => [said(triage(name))],
    },
    {
      name: 'plan',
      title: 'Plan a feature into tasks',
      description: 'Split something that is to be built into tasks that an agent can do one by one',
      arguments: [
        { name: 'goal', title: 'Goal', description: 'What is to be built', required: true },
        { ...feature, description: 'The name of the feature the tasks belong to' },
      ],
      complete: (argument, beginning) =>
        argument === 'feature' ? features(argument, beginning) : Promise.resolve([]),
      get: async ({ goal, feature: name }) => {
        if (!goal?.trim()) {
          throw new LoopworkError('invalid', 'the prompt plan needs a goal', {
            hint: 'Say what is to be built.',
          })
        }
        return [said(plan(goal.trim(), name))]
      },
    },
    {
      name: 'standup',
      title: 'Stand-up',
      description: 'What was done since yesterday, what is going on, what is in the way, and what it cost',
      arguments: [],
      complete: async () => [],
      get: async () => [said(standup)],
    },
  ]
}

function said(text: string): PromptMessage {
  return { role: 'user', content: { type: 'text', text } }
}

function triage(feature: string | undefined): string {
  return [
    `Go through the tasks${feature ? ` of the feature ${feature}` : ''} that do not go on.`,
    '1. Call loopwork_list_tasks with status "failed", then with includeBlocked true, to find them.',
    '2. For each of them call loopwork_why, and loopwork_get_log where an attempt failed.',
    '3. Say in one line each what is in the way, and propose one of: reset it, change its description, split it, drop it, ask a person.',
    'Change nothing before I have agreed.',
  ].join('\n')
}

function plan(goal: string, feature: string | undefined): string {
  return [
    `Plan this into tasks: ${goal}`,
    '',
    '1. Read what you need of the project, and call loopwork_list_tasks with status "all" to see what there is already.',
    '2. Propose tasks that each can be done and checked on its own in less than an hour: a title, a description that says what exactly is to be done and how it is checked, a priority, and what it depends on.',
    '3. Show them to me as a list. When I have agreed, create them with loopwork_create_task in an order in which dependsOn can name those before, each with an idempotencyKey.',
    ...(feature ? [`All of them belong to the feature ${feature}.`] : []),
  ].join('\n')
}

const standup = [
  'Give me a stand-up of this project in at most fifteen lines.',
  '1. loopwork_namespaces and loopwork_sessions: what has worked since yesterday, and what runs now.',
  '2. loopwork_list_tasks with status "completed", "in-progress" and "failed": what is done, what is going on, what went wrong.',
  '3. loopwork_costs: what today cost, against the budget.',
  'End with what is in the way and needs a person; for that, loopwork_why.',
].join('\n')
