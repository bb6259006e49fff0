// Prints the pages of docs/ that follow from the program. With --check it only says which are stale.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const outfile = resolve('node_modules/.cache/loopwork-docs/pages.mjs')
await build({
  entryPoints: ['scripts/docs/pages.ts'],
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  packages: 'external',
  logLevel: 'warning',
})
const { pages } = await import(pathToFileURL(outfile).href)

const isCheck = process.argv.includes('--check')
mkdirSync('docs', { recursive: true })
for (const [path, text] of Object.entries(await pages())) {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) continue
  if (isCheck) process.exitCode = 1
  else writeFileSync(path, text)
  console.log(`${isCheck ? 'stale ' : 'wrote '} ${path}`)
}
