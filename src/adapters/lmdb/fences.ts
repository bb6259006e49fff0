import type { Fence } from '../../ports/event-log.ts'
import type { Tables } from './tables.ts'

/** Whether a token may write, or may be raised. To be asked inside the transaction that it is about. */
export function isRightful({ fences }: Tables, { name, token, raise }: Fence): boolean {
  const raised = fences.get(name) ?? 0
  return raise ? token > raised : token === raised
}
