/** Ways in which a task is closed from outside, whatever it is doing. */
export const closings = {
  'task.completed': 'completed',
  'task.failed': 'failed',
  'task.cancelled': 'cancelled',
  'task.skipped': 'skipped',
  'task.removed': 'removed',
} as const

/** A loop takes it. */
export const claimable = { guard: 'noAttemptIsOpen', target: 'claimed', actions: 'open' } as const

/** Somebody takes it who is not a loop. */
export const byHand = { guard: 'noAttemptIsOpen', target: 'taken' } as const

/** It begins anew. */
export const reopened = { target: 'queued', actions: 'forget' } as const

/** What the agent of the open attempt says, and is told, while it works. */
const fromAgent = {
  'task.accessGranted': { actions: 'hear' },
  'task.reported': { actions: 'hear' },
  'task.decisionNoted': { actions: 'hear' },
  'task.asked': { actions: 'hear' },
  'task.answered': { guard: 'isAsked', actions: 'hear' },
  'task.subtaskProposed': { actions: 'hear' },
  'task.subtaskAsked': { actions: 'hear' },
  'task.evidenceAttached': { actions: 'hear' },
  'task.personNeeded': 'needsPerson',
} as const

/** What is kept beside the life of a task, for whoever asks later. It moves nothing. */
export const besides = {
  'task.tellDelayed': { guard: 'isKnown', actions: 'hear' },
  'task.troubleDiagnosed': { guard: 'isKnown', actions: 'hear' },
  'task.followUpsFound': { guard: 'isKnown', actions: 'hear' },
  'task.subtaskAsked': { guard: 'isKnown', actions: 'hear' },
  'task.subtaskAdded': { guard: 'isKnown', actions: 'hear' },
  'task.subtaskRefused': { guard: 'isKnown', actions: 'hear' },
  'task.createdUnderKey': { guard: 'isKnown', actions: 'hear' },
} as const

/** What can happen to a task while its agent works. */
export const atWork = { ...closings, ...fromAgent, 'task.requeued': 'queued' } as const

/** What can happen to a task that nobody works on. */
export const afterwards = { ...closings, 'task.reset': reopened } as const
