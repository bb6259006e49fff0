import type { Agent } from '../../ports/agent.ts'
import { commandAgent } from './command.ts'
export function gemini(given: {
  readonly binary: () => Promise<string>
  readonly args?: readonly string[]
  readonly isRoot?: boolean
}): Agent {
  return commandAgent({
    name: 'gemini',
    file: 'gemini',
    args: given.args ?? [],
    promptAs: 'stdin',
    locate: given.binary,
  })
}
