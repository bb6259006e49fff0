import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, sep } from 'node:path'
import { expect, test } from 'vitest'

/** The plan of the house: each room, and the rooms it may look into. */
const mayLookInto: Record<string, readonly string[]> = {
  errors: [],
  events: ['errors'],
  machines: ['errors', 'events'],
  projections: ['events'],
  ports: ['events'],
  redaction: ['ports'],
  runtime: ['errors', 'events', 'machines', 'ports', 'projections', 'redaction'],
  adapters: ['errors', 'events', 'ports', 'redaction'],
  config: ['errors', 'machines', 'events', 'ports'],
  plugins: ['config', 'errors', 'events', 'machines', 'ports', 'runtime'],
  integrations: ['config', 'errors', 'events', 'plugins', 'projections'],
  app: ['adapters', 'errors', 'events', 'machines', 'ports', 'projections', 'runtime'],
  daemon: [
    'adapters',
    'app',
    'config',
    'errors',
    'events',
    'integrations',
    'machines',
    'plugins',
    'ports',
    'projections',
    'runtime',
  ],
  web: ['errors', 'events', 'machines', 'ports', 'runtime'],
  webapp: ['events', 'machines', 'projections', 'web'],
  mcp: [
    'adapters',
    'app',
    'config',
    'daemon',
    'errors',
    'events',
    'machines',
    'ports',
    'projections',
    'runtime',
  ],
  cli: [
    'adapters',
    'app',
    'config',
    'daemon',
    'errors',
    'events',
    'machines',
    'mcp',
    'plugins',
    'ports',
    'projections',
    'redaction',
    'runtime',
    'web',
  ],
  index: ['config', 'errors', 'events', 'plugins'],
  testing: ['adapters', 'config', 'errors', 'events', 'plugins', 'ports'],
  backends: ['config', 'ports'],
}

/** Rooms without windows: no clock, no chance, no disk, no network; only these packages. */
const pure: Record<string, readonly string[]> = {
  errors: [],
  events: ['zod/mini'],
  machines: ['xstate'],
  ports: ['rxjs'],
  redaction: [],
  projections: [],
}
const windows = /\bDate\.now\(|new Date\(\)|Math\.random\(|\bprocess\.|\bfetch\(|\bset(Timeout|Interval)\(/

const house = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.d.ts'))
  .map((path) => {
    const full = join('src', path)
    const text = readFileSync(full, 'utf8')
    const names = [
      ...text.matchAll(/(?:^(?:import|export)\b[^'";]*?from |^import |import\()'([^']+)'/gm),
    ].map((found) => String(found[1]))
    const relative = names.filter((name) => name.startsWith('.'))
    return {
      path: full,
      text,
      room: roomOf(full),
      looksInto: relative.map((name) => normalize(join(dirname(full), name))),
      packages: names.filter((name) => !name.startsWith('.')),
    }
  })

function roomOf(path: string): string {
  return (path.split(sep)[1] ?? '').replace(/\.tsx?$/, '')
}

test('every file looks only into the rooms its own may', () => {
  const strays = house.flatMap(({ path, room, looksInto }) =>
    looksInto
      .filter((other) => roomOf(other) !== room && !mayLookInto[room]?.includes(roomOf(other)))
      .map((other) => `${path} looks into ${other}`),
  )
  expect(strays).toEqual([])
})

test('no adapter knows another', () => {
  const acquainted = house.flatMap(({ path, room, looksInto }) =>
    looksInto
      .filter((other) => room === 'adapters' && roomOf(other) === room)
      .filter((other) => other.split(sep)[2] !== path.split(sep)[2])
      .map((other) => `${path} knows ${other}`),
  )
  expect(acquainted).toEqual([])
})

test('the pure rooms have no windows', () => {
  const leaks = house.flatMap(({ path, room, text, packages }) => {
    const allowed = pure[room]
    if (!allowed) return []
    const foreign = packages.filter((name) => !allowed.includes(name)).map((name) => `${path} uses ${name}`)
    return windows.test(text) ? [...foreign, `${path} looks outside`] : foreign
  })
  expect(leaks).toEqual([])
})

test('every file is one idea, and no longer than one idea needs', () => {
  const isChart = (path: string) => path.endsWith(join('task', 'machine.ts')) // a chart is read as a whole
  const long = house.filter(({ path, text }) => text.split('\n').length > (isChart(path) ? 265 : 201))
  expect(long.map(({ path }) => path)).toEqual([])
})

test('what is asked all the time loads neither the vocabulary, nor charts, nor the parser of the command line', () => {
  const byPath = new Map(house.map((file) => [file.path, file]))
  const reached = new Set(
    ['run.ts', 'commands/status.ts', 'commands/why.ts', 'commands/logs.ts'].map((name) =>
      join('src', 'cli', name),
    ),
  )
  const packages = new Map<string, string>()
  for (const path of reached) {
    const text = byPath.get(path)?.text ?? ''
    for (const [, name = ''] of text.matchAll(/^(?:import|export)\b(?! type\b)[^'";]*?from '([^']+)'/gm)) {
      if (name.startsWith('.')) reached.add(normalize(join(dirname(path), name)))
      else packages.set(name, path)
    }
  }
  expect([...packages].filter(([name]) => /^(zod|xstate|yargs)\b/.test(name))).toEqual([])
  expect(packages.has('lmdb')).toBe(true)
})

test('ARCHITECTURE.md shows this plan', () => {
  const shown = [...readFileSync('ARCHITECTURE.md', 'utf8').matchAll(/^\| `(\w+)` \|.*?\|(.*?)\|(.*?)\|$/gm)]
  const codeIn = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code)
  expect(Object.fromEntries(shown.map(([, room, doors]) => [room, codeIn(doors)]))).toEqual(mayLookInto)
  const named = shown.filter(([, , , packages = '']) => packages.trim() !== '')
  expect(Object.fromEntries(named.map(([, room, , packages]) => [room, codeIn(packages)]))).toEqual(pure)
})

test('the plan was held against a real house', () => {
  expect(house.length).toBeGreaterThan(100)
  expect(house.flatMap(({ looksInto }) => looksInto).length).toBeGreaterThan(300)
})
