import type { Agent } from '../../ports/agent.ts'
import { commandAgent } from './command.ts'
export function claude(given: {
  readonly binary: () => Promise<string>
  readonly args?: readonly string[]
  readonly isRoot?: boolean
}): Agent {
  return commandAgent({
    name: 'claude',
    file: 'claude',
    args: given.args ?? [],
    promptAs: 'stdin',
    locate: given.binary,
  })
}
