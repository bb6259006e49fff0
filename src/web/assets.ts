import { existsSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'

export type Asset = { readonly type: string; readonly body: Buffer; readonly encoding?: 'gzip' }

/** The files of the app, by their path in the browser. */
export type Assets = { find(pathname: string): Asset | null }

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** Those in one folder: each by its plain name, the rest are views of the one page. Compressed ones go first. */
export function assetsIn(folder: string): Assets {
  const read = (name: string): Asset | null => {
    const type = types[extname(name)]
    const path = join(folder, name)
    if (!type) return null
    if (existsSync(`${path}.gz`)) return { type, body: readFileSync(`${path}.gz`), encoding: 'gzip' }
    return existsSync(path) ? { type, body: readFileSync(path) } : null
  }
  return {
    find: (pathname) => {
      const name = pathname.slice(1)
      if (/^[\w-]+\.(js|css|svg)$/.test(name)) return read(name)
      return /^\/[\w-]*$/.test(pathname) ? read('index.html') : null
    },
  }
}
