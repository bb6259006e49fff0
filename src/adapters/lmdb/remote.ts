import { statfs } from 'node:fs/promises'

/** Magic numbers of file systems whose locks and memory maps do not hold. */
const remote = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xfe534d42, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0x01021997, '9p'],
])

/** What kind of network file system a folder is on; null where it is on none, or nobody can tell. */
export async function remoteFileSystem(path: string): Promise<string | null> {
  if (process.platform !== 'linux') return null
  const { type } = await statfs(path)
  return remote.get(type >>> 0) ?? null
}
