import { createHash, randomBytes } from 'node:crypto'
import type { AttemptInput } from '../../machines/task/moves.ts'
import type { ToolServer } from '../../ports/agent.ts'
import type { AttemptFiles } from '../../ports/session-files.ts'
import type { House, Worker } from '../house.ts'

/** What the tool server of one attempt is told: for whom it speaks, by what right, and where the project is. */
export type Access = {
  readonly task: string
  readonly attempt: number
  readonly token: string
  readonly root: string
  readonly env: Readonly<Record<string, string>>
}

/** The form in which a token is kept. */
export function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

/**
 * Lets the agent of an attempt speak for itself: gives it a token of its own, of which the log keeps the
 * hash. Null for agents that cannot be handed tools.
 */
export async function grantAccess(
  house: House,
  { task, attempt }: AttemptInput,
  { adapter }: Worker,
  files: AttemptFiles,
): Promise<ToolServer | null> {
  const { tools, cwd } = house.plan
  if (!tools || !adapter.takesTools) return null
  const token = randomBytes(32).toString('base64url')
  await house.dispatch([
    {
      stream: task,
      command: { type: 'grantAccess', attempt: attempt.attempt, tokenHash: hashOf(token) },
    },
  ])
  const access: Access = { task, attempt: attempt.attempt, token, root: cwd, env: tools.env }
  await house.files.write(files.access, JSON.stringify(access))
  return { file: tools.file, args: [...tools.args, files.access] }
}
