import type { Priority } from '../../events/shapes.ts'
import type { Clock } from '../../ports/clock.ts'
import type { LabelNames } from './labels.ts'

export type GitHubOptions = {
  /** `owner/name`. */
  readonly repo: string
  readonly token: string
  /** Where the REST API is: `https://api.github.com`, or `https://host/api/v3` of an own server. */
  readonly baseUrl: string
  readonly labels: LabelNames
  /** Names who works here, for others who look at a claim. */
  readonly holder: string
  /** Where what was read is kept between two processes; null keeps nothing. */
  readonly cacheFile: string | null
  /** Milliseconds between two looks at what has changed. */
  readonly pollMs: number
  /** Milliseconds between two writes; null leaves it to Octokit: 1 s, and 3 s for what notifies people. */
  readonly writeMs: number | null
  /** Milliseconds before the first repetition of a read that failed. */
  readonly retryMs: number
  /** Milliseconds that one request may take. */
  readonly timeoutMs: number
  readonly clock: Clock
  /** Of issues without a label of that kind; `medium` unless it is given. */
  readonly defaultPriority?: Priority
}
