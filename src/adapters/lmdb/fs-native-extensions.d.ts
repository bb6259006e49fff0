/** File locks of the kernel; released when the process dies. The package brings no types of its own. */
declare module 'fs-native-extensions' {
  type LockOptions = { shared?: boolean }
  const locks: {
    tryLock(fd: number, options?: LockOptions): boolean
    waitForLock(fd: number, options?: LockOptions): Promise<void>
    unlock(fd: number): void
  }
  // biome-ignore lint/style/noDefaultExport: the package is CommonJS
  export default locks
}
