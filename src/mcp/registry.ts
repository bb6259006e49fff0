import type { Office } from './office.ts'
import type { Tool } from './tool.ts'
import { answering } from './tools/answer.ts'
import { changing } from './tools/change.ts'
import { creating } from './tools/create.ts'
import { explaining } from './tools/explain.ts'
import { health } from './tools/health.ts'
import { logExcerpts } from './tools/logs.ts'
import { looking } from './tools/look.ts'
import { steering } from './tools/loops.ts'
import { relations } from './tools/relations.ts'
import { sessionLists } from './tools/sessions.ts'
import { spending } from './tools/spending.ts'

/** Every tool of a server that a person's client talks to, always in this order. */
export function operatorTools(office: Office): readonly Tool[] {
  return [
    ...looking(office),
    ...changing(office),
    ...relations(office),
    ...health(office),
    ...creating(office),
    ...explaining(office),
    ...spending(office),
    ...sessionLists(office),
    ...logExcerpts(office),
    ...answering(office),
    ...steering(office),
  ]
}
