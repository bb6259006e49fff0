import * as z from 'zod/mini'
import type { EventOf } from './event.ts'
import { instant, priority } from './shapes.ts'

const attempt = z.int().check(z.positive())

/** What the agent of an attempt says of itself while it works, and what it is told. */
export const agentEvents = {
  /** The agent was handed a token for its own task; of it, only the hash is kept. A later one replaces it. */
  'task.accessGranted': z.object({ attempt, tokenHash: z.string() }),

  /** How far the agent says it is. */
  'task.reported': z.object({ attempt, text: z.string(), percent: z.nullable(z.number()) }),

  /** A decision that the agent took, for whoever asks later. */
  'task.decisionNoted': z.object({ attempt, text: z.string() }),

  /** The agent asks a person. Where nobody answers before the deadline, `fallback` is the answer. */
  'task.asked': z.object({
    attempt,
    question: z.string(),
    text: z.string(),
    options: z.array(z.string()),
    fallback: z.string(),
    deadline: instant,
  }),

  /** The question has its answer: from a person, or because nobody gave one in time. */
  'task.answered': z.object({ question: z.string(), answer: z.string(), isFallback: z.boolean() }),

  /** The agent split something off: a sub-task that is now in the backlog. */
  'task.subtaskProposed': z.object({ attempt, id: z.string(), title: z.string() }),

  /** The agent asks for a sub-task in a backlog that only loopwork itself may write to. The id of this fact names it. */
  'task.subtaskAsked': z.object({
    attempt,
    title: z.string(),
    description: z.string(),
    priority: z.nullable(priority),
    dependsOn: z.array(z.string()),
  }),

  /** A sub-task that was asked for is in the backlog. `request` is the id of the fact that asked for it. */
  'task.subtaskAdded': z.object({ request: z.string(), id: z.string(), title: z.string() }),

  /** A sub-task that was asked for will not be in the backlog. */
  'task.subtaskRefused': z.object({ request: z.string(), title: z.string(), reason: z.string() }),

  /** Something that shows the work: a file, kept with those of the attempt. */
  'task.evidenceAttached': z.object({
    attempt,
    name: z.string(),
    /** Relative to the state folder. */
    path: z.string(),
    bytes: z.int().check(z.nonnegative()),
    sha256: z.string(),
    note: z.string(),
  }),
}

export type AgentEvent = EventOf<typeof agentEvents>
