import { isFailure } from '../../errors.ts'
import type { Request } from '../../machines/subjects.ts'
import type { Dispatch } from '../dispatch.ts'

/** Asks for something, unless the subject has moved on meanwhile; then its next fact ends the asker's work. */
export async function dispatchUnlessMoved(
  house: { readonly dispatch: Dispatch },
  requests: readonly Request[],
): Promise<void> {
  try {
    await house.dispatch(requests)
  } catch (thrown) {
    if (!isFailure(thrown, 'rejected')) throw thrown
  }
}
