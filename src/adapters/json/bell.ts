import { type FSWatcher, realpathSync, watch } from 'node:fs'
import { basename, dirname } from 'node:path'
import { Observable, share } from 'rxjs'

/**
 * Rings when the file may have changed, been replaced or been removed. Watches its folder, as a file that is
 * replaced is another file; nothing is watched while nobody listens. Silent where the system cannot watch.
 */
export function bellOf(path: string): Observable<void> {
  return new Observable<void>((listener) => {
    const places = new Set([path, targetOf(path)])
    const watchers = [...places].map((place) => watcherOf(place, () => listener.next()))
    return () => {
      for (const watcher of watchers) watcher?.close()
    }
  }).pipe(share())
}

function watcherOf(path: string, ring: () => void): FSWatcher | null {
  const name = basename(path)
  try {
    const watcher = watch(dirname(path), { persistent: false }, (_event, changed) => {
      if (changed === null || changed === name) ring()
    })
    watcher.on('error', () => watcher.close()) // the folder is gone: who reads the file will be told
    return watcher
  } catch {
    return null // no folder, or no watches are left in this system
  }
}

/** Where a symbolic link leads: what is written through it changes there. */
function targetOf(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path // not there yet
  }
}
