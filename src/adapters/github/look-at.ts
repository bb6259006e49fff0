import { isFailure, LoopworkError } from '../../errors.ts'
import type { Client } from './client.ts'
import type { ApiIssue } from './issue.ts'
import type { Mirror } from './mirror.ts'

/** An issue as it is now. One that is gone leaves the mirror, unless it is the repository that cannot be seen. */
export async function lookAt(number: number, client: Client, mirror: Mirror): Promise<ApiIssue> {
  try {
    const { data } = await client.get<ApiIssue>(`/issues/${number}`)
    if (data) return data
    throw new LoopworkError('unavailable', `GitHub gave nothing for issue ${number}`)
  } catch (thrown) {
    if (!isFailure(thrown, 'not_found')) throw thrown
    await assertRepositoryIsThere(client)
    mirror.drop(number)
    throw thrown
  }
}

async function assertRepositoryIsThere(client: Client): Promise<void> {
  try {
    await client.get('')
  } catch (thrown) {
    if (!(thrown instanceof LoopworkError)) throw thrown
    throw new LoopworkError('unavailable', thrown.message, { hint: thrown.hint ?? '', cause: thrown })
  }
}
