import { asFailure, LoopworkError } from '../../errors.ts'

/** What the disk had to say, as a failure with a name. `doing` completes "while …". */
export function diskFailure(thrown: unknown, doing: string): LoopworkError {
  if (thrown instanceof LoopworkError) return thrown
  const { code = '', message } = thrown as NodeJS.ErrnoException
  if (code === '') return asFailure(thrown)
  if (['ENOSPC', 'EDQUOT', 'EFBIG'].includes(code)) {
    return new LoopworkError('unavailable', `the disk is full while ${doing}`, {
      hint: 'Free some space and try again. The file is as it was before.',
      cause: thrown,
    })
  }
  if (['EACCES', 'EPERM', 'EROFS'].includes(code)) {
    return new LoopworkError('unavailable', `access was denied while ${doing}`, {
      hint: 'Check who owns the file and its folder, and their permissions.',
      cause: thrown,
    })
  }
  return new LoopworkError('unavailable', `${message}, while ${doing}`, {
    hint: 'Check that the path is right, and that the disk can be read and written.',
    cause: thrown,
  })
}

/** Whether a thrown thing says that there is no such file. */
export function isMissing(thrown: unknown): boolean {
  return isErrno(thrown, 'ENOENT') || isErrno(thrown, 'ENOTDIR')
}

/** Whether a thrown thing says that the file is there already. */
export function isTaken(thrown: unknown): boolean {
  return isErrno(thrown, 'EEXIST')
}

function isErrno(thrown: unknown, code: string): boolean {
  return thrown instanceof Error && (thrown as NodeJS.ErrnoException).code === code
}
