/** Trouble that is known by its words, and what a person can do about it. */
export type Known = {
  readonly trouble: string
  /** Null where loopwork itself deals with it. */
  readonly advice: string
}

type Pattern = Known & { readonly words: RegExp }

/** The first that fits counts: what is more particular comes first. */
const patterns: readonly Pattern[] = [
  {
    trouble: 'rate-limit',
    words: /rate.?limit|too many requests|usage limit|limit reached|\b429\b|RESOURCE_EXHAUSTED|quota/i,
    advice:
      'Nothing has to be done: loopwork waits for the limit by itself. `loopwork status` says until when.',
  },
  {
    trouble: 'circuit-breaker',
    words: /circuit.?breaker|failed one after the other/i,
    advice:
      'Too many tasks failed in a row. Read why with `loopwork logs --task ID`, mend the common cause, then `loopwork resume`.',
  },
  {
    trouble: 'env-var-required',
    words:
      /(?:env(?:ironment)?(?: variable)?s?|API.?key|token|credentials?)\b.{0,60}\b(?:required|missing|not set|undefined|invalid)|(?:required|missing|set) (?:the )?(?:env(?:ironment)?(?: variable)?|API.?key|token)\b|not logged in|please run .*login/i,
    advice:
      'Set what is missing in the environment that loopwork is started in, or log in; then `loopwork task reset ID`.',
  },
  {
    trouble: 'prd-not-found',
    words: /\b(?:PRD|description)\b.{0,60}(?:not found|missing|is empty|does not exist)/i,
    advice: 'Describe the task in ID.md beside the tasks file.',
  },
  {
    trouble: 'permission-denied',
    words: /permission denied|\bEACCES\b|\bEPERM\b|operation not permitted|refused a permission/i,
    advice: 'Give the agent the right to it: check the owner and the mode of the file that is named.',
  },
  {
    trouble: 'plugin-error',
    words: /\bplugins?\b.{0,60}(?:error|failed|threw|could not|ended)/i,
    advice: '`loopwork plugins` says which one, and what is left to be delivered.',
  },
  {
    trouble: 'file-not-found',
    words: /\bENOENT\b|no such file|file not found|cannot find module|command not found/i,
    advice:
      'The file or program that is named is not there: create or install it, or correct the path in the task.',
  },
  {
    trouble: 'network-error',
    words:
      /\b(?:ECONNREFUSED|ECONNRESET|ENOTFOUND|ETIMEDOUT|EAI_AGAIN)\b|network (?:error|is unreachable)|socket hang up|fetch failed/i,
    advice:
      'Check the connection, proxies, and the address that is named; what fails is tried again by itself.',
  },
  {
    trouble: 'timeout',
    words: /timed? ?out|took longer than|ran into its timeout/i,
    advice: 'Raise `timeout`, or make the task smaller: `loopwork decompose`.',
  },
]

/** Trouble that is known by its words; null for what nobody has a name for. */
export function knownTrouble(text: string): Known | null {
  const found = patterns.find(({ words }) => words.test(text))
  return found ? { trouble: found.trouble, advice: found.advice } : null
}

/** Whether a line of somebody's log tells of trouble at all. */
export function isTrouble(line: string): boolean {
  return /\b(?:error|fail(?:ed|ure)?|fatal|exception|panic|denied|refused|timed? ?out|limit|missing|required|circuit)\b|\bE[A-Z]{4,}\b|\b429\b|[✗❌]/i.test(
    line,
  )
}
