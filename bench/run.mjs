// Measures what the program promises, each figure against a peer in the same run: npm run bench [-- name ...]
import { fork, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import Table from 'cli-table3'
import { build } from 'esbuild'

const all = ['append', 'replay', 'status', 'overhead', 'verify', 'why', 'redact', 'web', 'plugins', 'mcp']
const cache = resolve('node_modules/.cache/loopwork-bench')

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !all.includes(name))
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}; there are ${all.join(', ')}.`)
  process.exit(1)
}
const chosen = asked.length > 0 ? asked : all

if (!existsSync('dist/cli/main.js')) {
  const { status } = spawnSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' })
  if (status !== 0) process.exit(1)
}

await build({
  entryPoints: [...all, 'sqlite-peer'].map((name) => `bench/${name}.ts`),
  outdir: cache,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  external: ['lmdb', 'fs-native-extensions', 'better-sqlite3', 'playwright-core', 'msgpackr-extract'],
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
})

const figures = []
let isBroken = false
for (const name of chosen) {
  console.log(`\n${name}`)
  const child = fork(join(cache, `${name}.mjs`), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  child.on('message', (figure) => figures.push(figure))
  const [code] = await once(child, 'exit')
  if (code === 0) continue
  console.error(`${name} broke off with ${code}`)
  isBroken = true
}

const table = new Table({
  head: ['figure', 'ours', 'peer', 'ratio', 'aim', ''],
  style: { head: [], border: [] },
})
for (const { name, ours, peer, ratio, aim, isMet } of figures) {
  table.push([name, ours, peer, ratio, aim, isMet === null ? '' : isMet ? 'met' : 'missed'])
}
console.log(`\n${process.version}, ${process.platform} ${process.arch}\n${table}`)
process.exitCode = isBroken ? 1 : 0
