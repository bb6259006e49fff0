// Bundles the program and the library into dist/, sharing chunks; native packages stay outside.
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const { resolve } = createRequire(import.meta.url)

/** yargs measures and wraps text with packages that take 30 ms to load; these two do the same in 1 ms. */
const lightText = {
  name: 'light-text',
  setup({ onResolve, onLoad }) {
    const isOfYargs = (importer) => /node_modules\/(yargs|cliui)\//.test(importer)
    onResolve({ filter: /^string-width$/ }, ({ importer }) =>
      isOfYargs(importer) ? { path: resolve('fast-string-width') } : undefined,
    )
    onResolve({ filter: /^wrap-ansi$/ }, ({ importer }) =>
      isOfYargs(importer) ? { path: 'wrap-ansi', namespace: 'light-text' } : undefined,
    )
    onLoad({ filter: /.*/, namespace: 'light-text' }, () => ({
      contents: "export { wrapAnsi as default } from 'fast-wrap-ansi'",
      resolveDir: process.cwd(),
    }))
  },
}

/** Ink draws nothing in place where CI is set, and would load the tools of React's developers. */
const ink = {
  name: 'ink',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^is-in-ci$/ }, ({ path }) => ({ path, namespace: 'ink' }))
    onResolve({ filter: /^react-devtools-core$/ }, ({ path }) => ({ path, namespace: 'ink' }))
    onLoad({ filter: /.*/, namespace: 'ink' }, () => ({ contents: 'export default false' }))
  },
}

/** The MCP SDK brings a validator of JSON Schema for what a server asks its client for; ours asks for nothing. */
const noValidator = {
  name: 'no-validator',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/ajv-provider\.js$/ }, ({ path }) => ({ path, namespace: 'no-validator' }))
    onLoad({ filter: /.*/, namespace: 'no-validator' }, () => ({
      contents: 'export const AjvJsonSchemaValidator = class {}',
    }))
  },
}

/** The locks' own search for their native part takes longer than all the rest of the package; it is the fallback. */
const directLocks = {
  name: 'direct-locks',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\/binding$/ }, ({ importer, path }) =>
      /node_modules\/fs-native-extensions\//.test(importer) ? { path, namespace: 'direct-locks' } : undefined,
    )
    onLoad({ filter: /.*/, namespace: 'direct-locks' }, () => ({
      contents: `const name = 'fs-native-extensions'
        const built = name + '/prebuilds/' + process.platform + '-' + process.arch + '/' + name + '.node'
        const searched = name + '/binding'
        try {
          module.exports = require(built)
        } catch {
          module.exports = require(searched)
        }`,
    }))
  },
}

rmSync('dist', { recursive: true, force: true })
const result = await build({
  entryPoints: {
    'cli/main': 'src/cli/main.ts',
    index: 'src/index.ts',
    backends: 'src/backends.ts',
    testing: 'src/testing.ts',
    'plugin-host': 'src/daemon/plugin-host.ts',
    keeper: 'src/adapters/supervisor/keeper.ts',
  },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  mainFields: ['module', 'main'],
  alias: { rxjs: resolve('rxjs').replace('/dist/cjs/', '/dist/esm/') }, // the one that can be shaken
  plugins: [lightText, ink, noValidator, directLocks],
  define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': 'undefined' },
  platform: 'node',
  target: 'node20.19',
  external: ['lmdb', 'jiti', '@pydantic/genai-prices', 'msgpackr-extract'],
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  chunkNames: 'chunks/[name]-[hash]',
  metafile: true,
  minifySyntax: true,
  legalComments: 'none',
  logLevel: 'warning',
})
/** The web app: one file, compressed once, with no address of anywhere else in it. */
mkdirSync('dist/web')
await build({
  entryPoints: { app: 'src/webapp/main.tsx' },
  outdir: 'dist/web',
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  tsconfigRaw: { compilerOptions: { jsxImportSource: 'preact' } },
  define: { 'process.env.NODE_ENV': '"production"' },
  legalComments: 'none',
  logLevel: 'warning',
})
for (const name of ['index.html', 'app.css']) cpSync(`src/webapp/${name}`, `dist/web/${name}`)
for (const name of readdirSync('dist/web')) {
  const path = `dist/web/${name}`
  writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }))
}

chmodSync('dist/cli/main.js', 0o755)
if (process.argv.includes('--sizes')) {
  for (const [file, { bytes }] of Object.entries(result.metafile.outputs)) console.log(bytes, file)
}
