import { mkdirSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { build } from 'esbuild'

/** Where bundled test programs lie: inside the project, so that they find its packages. */
const folder = 'node_modules/.cache/loopwork-test'

/** Bundles a TypeScript program so that plain Node can run it; gives the path of the result. */
export async function bundle(entry: string): Promise<string> {
  mkdirSync(folder, { recursive: true })
  const outfile = resolve(join(folder, `${basename(entry, '.ts')}-${process.pid}.mjs`))
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    packages: 'external',
    logLevel: 'warning',
  })
  return outfile
}
