import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { commandNames, flagsIn, helpOf } from '../../scripts/docs/help.ts'
import { commands } from '../../src/cli/catalogue.ts'
import { configKeys } from '../../src/config/schema.ts'
import { exitCodes, failures } from '../../src/errors.ts'
import * as library from '../../src/index.ts'
import { load } from '../config/project.ts'
import { agentOf, backlogOf, configOf, makeProject } from '../support/project.ts'

const readme = readFileSync('README.md', 'utf8')
const source = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path))
  .map((path) => readFileSync(join('src', path), 'utf8'))
  .join('\n')

const aliases = commands.flatMap((entry) => entry.aliases ?? [])
const globals = flagsIn(await helpOf())
const flagsOf = new Map<string, readonly string[]>()
for (const name of commandNames) {
  flagsOf.set(
    name,
    flagsIn(await helpOf(name)).filter((flag) => !globals.includes(flag)),
  )
}

/** The text below a heading, up to the next one. */
function section(title: string): string {
  const found = new RegExp(`^#{2,3} ${title}\\n([\\s\\S]*?)(?=^#{2,3} |(?![\\s\\S]))`, 'm').exec(readme)
  if (!found?.[1]) throw new Error(`the README has no section ${title}`)
  return found[1]
}

/** The cells of each row of the tables in a text, without their heads. */
function rowsIn(text: string): string[][] {
  const rows = text.split('\n').filter((line) => line.startsWith('|'))
  const heads = new Set(rows.flatMap((line, nth) => (/^\|[-:| ]+\|$/.test(line) ? [nth, nth - 1] : [])))
  return rows
    .filter((_, nth) => !heads.has(nth))
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
}

/** What stands in backticks. */
function codeIn(text: string): string[] {
  return [...text.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code ?? '')
}

/** Blocks of code of one language. */
function blocksOf(language: string): string[] {
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    ([, code]) => code ?? '',
  )
}

function longFlags(text: string): string[] {
  return [...text.matchAll(/(?<![\w-])--([a-z][a-z-]*)/g)].map(([, flag]) => flag ?? '')
}

describe('the table of commands', () => {
  const rows = rowsIn(section('Commands'))
  const flagsOfARun = rowsIn(section('Flags of a run'))
    .map(([cell = '']) => cell)
    .join()
  const firstWord = (cell = '') => codeIn(cell)[0]?.split(' ')[0] ?? ''

  test('has one line for each command, and no other', () => {
    expect(rows.map(([cell]) => firstWord(cell)).sort()).toEqual([...commandNames].sort())
  })

  test.each(commandNames)('names the flags of %s, and no other', (name) => {
    const [, , flags = ''] = rows.find(([cell]) => firstWord(cell) === name) ?? []
    const named = flags.includes('(#flags-of-a-run)') ? `${flagsOfARun},${flags}` : flags
    expect([...new Set(longFlags(named))].sort()).toEqual([...(flagsOf.get(name) ?? [])].sort())
  })

  test('the flags of all commands are named once above it', () => {
    const [, above = ''] = /All commands take([^\n]+)/.exec(section('Commands')) ?? []
    expect(longFlags(above).sort()).toEqual([...globals].sort())
  })
})

describe('every command line that is shown', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'))
  const shown = [
    ...blocksOf('sh').flatMap((block) => block.split('\n')),
    ...codeIn(readme.replace(/^```[\s\S]*?^```/gm, '')),
  ].map((line) => line.replace(/ +#.*$/, '').trim())
  const known = new Set([...commandNames, ...aliases, '<command>'])
  const lines = shown.flatMap((line) => /(?:^|npx )loopwork (.+)$/.exec(line)?.[1] ?? [])

  test.each([...new Set(lines)])('loopwork %s', (line) => {
    const [word = ''] = line.split(' ')
    const isRun = word.startsWith('--')
    expect(isRun || known.has(word)).toBe(true)
    const allowed = [...globals, ...(flagsOf.get(isRun ? 'run' : word) ?? [])]
    expect(allowed).toEqual(expect.arrayContaining(longFlags(line)))
  })

  test('npm scripts exist', () => {
    const named = shown.flatMap((line) =>
      [...line.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name ?? ''),
    )
    expect(named).toContain('demo')
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named))
  })

  test('there are enough of them to be worth a test', () => expect(lines.length).toBeGreaterThan(20))
})

test('the table of exit codes is that of the program', () => {
  const said = rowsIn(section('Exit codes')).map(([code, name = '']) => [codeIn(name)[0], Number(code)])
  const real = [
    ...Object.entries(failures).map(([name, { exit }]) => [name, exit]),
    ...Object.entries(exitCodes),
  ]
  expect(Object.fromEntries(said)).toEqual(Object.fromEntries(real))
  const meanings = rowsIn(section('Exit codes')).map(([, name = '', when]) => [codeIn(name)[0], when])
  expect(Object.fromEntries(meanings)).toMatchObject(
    Object.fromEntries(Object.entries(failures).map(([name, { meaning }]) => [name, meaning])),
  )
})

describe('configuration', () => {
  const modules = blocksOf('ts').filter((code) => code.includes('export default'))
  const plain = blocksOf('json').filter((code) => !code.includes('"tasks"'))

  test.each(modules)('example %#', async (code) => {
    const { config, warnings } = await load(code)
    expect(warnings).toEqual([])
    expect(Object.keys(config).length).toBeGreaterThan(1)
  })

  test.each(plain)('example %# in JSON', async (code) => {
    const { config, warnings } = await load(code, 'loopwork.config.json')
    expect(warnings).toEqual([])
    expect(Object.keys(config).length).toBeGreaterThan(1)
  })

  test('every key is named', () => {
    const named = codeIn(section('Keys')).map((code) => code.split('.')[0])
    expect(configKeys.filter((key) => !named.includes(key))).toEqual([])
  })

  test('every part of the library that a configuration uses is named', () => {
    const offered = Object.keys(library).filter((name) => name !== 'LoopworkError')
    expect(offered.filter((name) => !readme.includes(name))).toEqual([])
  })

  test('the variables named are those that are read', () => {
    const namesIn = (text: string) => new Set(text.match(/\bLOOPWORK_[A-Z_]*[A-Z]\b/g))
    const said = [...namesIn(readme)].filter((name) => !name.endsWith('_PATH')).sort()
    const internal = [...namesIn(source)].filter((name) => !name.endsWith('_PATH')).sort()
    expect(said).toEqual(internal)
  })
})

describe('the backlog', () => {
  const [example = ''] = blocksOf('json').filter((code) => code.includes('"tasks"'))

  test('the example is understood', async () => {
    const project = makeProject({ 'loopwork.config.json': configOf(agentOf('')), 'tasks.json': example })
    const { out } = await project.loopwork('start', '--dry-run', '--json')
    expect(JSON.parse(out).tasks.map(({ id }: { id: string }) => id)).toEqual(['AUTH-001', 'AUTH-001a'])
  })

  test('the statuses and priorities named are those that are understood', async () => {
    const project = makeProject({
      'loopwork.config.json': configOf(agentOf('')),
      'tasks.json': backlogOf({ id: 'A', status: 'no such status' }),
    })
    const { err } = await project.loopwork('start', '--dry-run')
    const allowed = /expected one of (.+)/.exec(err)?.[1]?.split(', ') ?? []
    const fields = new Map(
      rowsIn(section('The JSON backlog')).map(([field = '', , says = '']) => [field, codeIn(says)]),
    )
    expect(allowed.filter((word) => !fields.get('`status`')?.includes(word))).toEqual(['quarantined'])
  })
})

describe('answers in JSON', () => {
  const examples = new Map(
    rowsIn(section('JSON')).map(([, , example = '']) => {
      const parsed = JSON.parse(codeIn(example)[0] ?? '')
      return [String(parsed.schema), parsed]
    }),
  )

  test('every shape of the program is shown, and no other', () => {
    const real = new Set([...source.matchAll(/schema: '(loopwork\/[\w-]+@\d+)'/g)].map(([, name]) => name))
    expect([...examples.keys()].sort()).toEqual([...real].sort())
  })

  test('the examples have the fields of real answers', { timeout: 120_000 }, async () => {
    const project = makeProject({
      'loopwork.config.json': configOf(agentOf("console.log('done')")),
      'tasks.json': backlogOf({ id: 'A', title: 'One' }),
    })
    const asked = [
      ['start', '--dry-run'],
      ['task', 'add', 'Two', '--id', 'B'],
      ['task', 'skip', 'B'],
      ['task', 'list'],
      ['task', 'show', 'A'],
      ['status'],
      ['dashboard'],
      ['logs'],
      ['logs', '--task', 'A'],
      ['story', 'A'],
      ['timeline'],
      ['inspect', 'A', '--format', 'json'],
      ['replay', '--to', '3'],
      ['diff', '1', '3'],
      ['plugins'],
      ['rebuild'],
      ['stop'],
      ['init'],
    ]
    expect((await project.loopwork('start')).code).toBe(0)
    for (const words of asked) {
      const answer = JSON.parse((await project.loopwork(...words, '--json')).out)
      const example = examples.get(answer.schema)
      expect(Object.keys(example), words.join(' ')).toEqual(Object.keys(answer))
    }
  })
})

test('every file that a document links to is there', () => {
  const documents = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md']
  const dead = documents.flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)]
      .map(([, target]) => target ?? '')
      .filter((target) => !existsSync(target))
      .map((target) => `${path}: ${target}`),
  )
  expect(dead).toEqual([])
})
