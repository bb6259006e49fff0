// From a fresh clone: installs, builds, and works off the example backlog in a copy of it.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'

const example = 'examples/json-backlog'
const run = (file, args, options = {}) => {
  const { status } = spawnSync(file, args, { stdio: 'inherit', ...options })
  if (status !== 0) process.exit(status ?? 1)
}

if (!existsSync('node_modules/esbuild')) run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'])
run(process.execPath, ['scripts/build.mjs'])

const project = mkdtempSync(join(tmpdir(), 'loopwork-demo-'))
cpSync(example, project, { recursive: true })
const loopwork = join(process.cwd(), 'dist/cli/main.js')
console.log(`\nThe example backlog, three tasks that depend on each other, in ${project}\n`)
run(process.execPath, [loopwork, 'start'], { cwd: project })
console.log('\nloopwork status\n')
run(process.execPath, [loopwork, 'status'], { cwd: project })
console.log('\nloopwork task list\n')
run(process.execPath, [loopwork, 'task', 'list'], { cwd: project })

console.log('\nWhat changed in the project:')
for (const path of filesIn(project)) {
  const original = join(example, path)
  if (!existsSync(original)) console.log(`  new      ${path}`)
  else if (readFileSync(original, 'utf8') !== readFileSync(join(project, path), 'utf8'))
    console.log(`  changed  ${path}`)
}

function filesIn(folder) {
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((path) => !path.endsWith('.loopwork-state'))
    .flatMap((path) => (statSync(path).isDirectory() ? filesIn(path) : [relative(project, path)]))
}
