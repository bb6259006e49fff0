// Bundles the program and the library into dist/, sharing chunks; native packages stay outside.
import { chmodSync, rmSync } from 'node:fs'
import { build } from 'esbuild'

rmSync('dist', { recursive: true, force: true })
const result = await build({
  entryPoints: {
    'cli/main': 'src/cli/main.ts',
    index: 'src/index.ts',
    backends: 'src/backends.ts',
    keeper: 'src/adapters/supervisor/keeper.ts',
  },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  mainFields: ['module', 'main'],
  platform: 'node',
  target: 'node20.19',
  external: ['lmdb', 'fs-native-extensions', 'jiti', '@pydantic/genai-prices', 'rxjs', 'xstate', 'msgpackr'],
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  chunkNames: 'chunks/[name]-[hash]',
  metafile: true,
  legalComments: 'none',
  logLevel: 'warning',
})
chmodSync('dist/cli/main.js', 0o755)
if (process.argv.includes('--sizes')) {
  for (const [file, { bytes }] of Object.entries(result.metafile.outputs)) console.log(bytes, file)
}
