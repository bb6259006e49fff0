import * as z from 'zod/mini'
import type { EventOf } from './event.ts'
import { instant, priority, usage } from './shapes.ts'

const attempt = z.int().check(z.positive())

/** Something that an attempt has left to be done. */
const followUp = z.object({
  /** Names it for ever: the same finding of the same attempt has the same key. */
  key: z.string(),
  title: z.string(),
  description: z.string(),
  priority: z.nullable(priority),
  /** Whether it is to be a part of the task that it was found in, or a task of its own. */
  isPart: z.boolean(),
  dependsOn: z.array(z.string()),
})
export type FollowUp = z.infer<typeof followUp>

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
    /** The finding it comes from, where it was found in what an attempt left. */
    followUp: z.exactOptional(z.string()),
    /** False where it is to be a task of its own. */
    isPart: z.exactOptional(z.boolean()),
  }),

  /** What an ended attempt has left to be done, as somebody has found it in what its agent said. */
  'task.followUpsFound': z.object({
    attempt,
    namespace: z.string(),
    /** Who looked: `pattern`, `llm`, or `own` for an analyzer of the user's. */
    analyzer: z.string(),
    /** Whether they go into the backlog by themselves; otherwise a person has the say. */
    isApproved: z.boolean(),
    found: z.array(followUp),
    /** What it has cost to have an agent look; null where none did, or told nothing. */
    usage: z.nullable(usage),
  }),

  /** Somebody has found out what is wrong, or what can be done: by known words, or by asking an agent. */
  'task.troubleDiagnosed': z.object({
    namespace: z.string(),
    trouble: z.string(),
    advice: z.string(),
    by: z.enum(['pattern', 'llm']),
    usage: z.nullable(usage),
  }),

  /** A sub-task that was asked for is in the backlog. `request` is the id of the fact that asked, or a follow-up's key. */
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
