import { LoopworkError } from '../../errors.ts'

const full = 'Free some space, then `loopwork resume`: nothing that was written is lost.'

/** What LMDB or the disk had to say, as a failure with a name. */
export function storeFailure(thrown: unknown, doing: string): LoopworkError {
  if (thrown instanceof LoopworkError) return thrown
  const { message = String(thrown), code } = thrown as { message?: string; code?: number | string }
  if (
    code === 28 ||
    /ENOSPC|No space left|EDQUOT|quota exceeded|EFBIG|File too large/i.test(`${code} ${message}`)
  ) {
    return new LoopworkError('unavailable', `the disk is full while ${doing}`, { hint: full, cause: thrown })
  }
  if (code === 5 || /EIO|Input\/output error/i.test(`${code} ${message}`)) {
    return new LoopworkError('unavailable', `the disk is full, or it fails, while ${doing}: ${message}`, {
      hint: 'Look at the free space, and at what the system says of the disk; then `loopwork resume`.',
      cause: thrown,
    })
  }
  if (/MDB_MAP_FULL/.test(message)) {
    return new LoopworkError('unavailable', `the store has reached its largest size while ${doing}`, {
      hint: 'The store holds at most 16 GiB. Keep it for your records and start with a new state folder.',
      cause: thrown,
    })
  }
  if (
    /EACCES|EPERM|EROFS|Permission denied|Read-only file system|Operation not permitted/i.test(
      `${code} ${message}`,
    )
  ) {
    return new LoopworkError('unavailable', `the store may not be written while ${doing}: ${message}`, {
      hint: 'Check who owns the state folder, and its permissions.',
      cause: thrown,
    })
  }
  if (/ENOTDIR|EISDIR|EEXIST|ENOENT/.test(String(code))) {
    return new LoopworkError('unavailable', `something is in the way while ${doing}: ${message}`, {
      hint: 'The state folder has to be a folder. Move what is there, or set LOOPWORK_STATE_DIR.',
      cause: thrown,
    })
  }
  if (/MDB_(CORRUPTED|INVALID|PAGE_NOTFOUND|BAD_TXN|PANIC|VERSION_MISMATCH)/.test(message)) {
    return new LoopworkError('corrupt', `the store is damaged (${message}), seen while ${doing}`, {
      hint: 'Stop all loops and copy the store folder before anything else.',
      cause: thrown,
    })
  }
  return new LoopworkError('internal', `${message}, while ${doing}`, { cause: thrown })
}
