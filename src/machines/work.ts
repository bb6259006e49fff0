import { LoopworkError } from '../errors.ts'

/** Stands in a chart where the runtime puts work. A chart that is only folded never calls it. */
export const providedByRuntime = (): Promise<never> =>
  Promise.reject(new LoopworkError('internal', 'a chart was woken without its work'))
