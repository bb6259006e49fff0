import { existsSync } from 'node:fs'
import { basename, isAbsolute, join, normalize } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { confirm, isCancel, select, text } from '@clack/prompts'
import { knownAgents } from '../pool-settings.ts'
import { findConfigFile } from '../project-root.ts'
import { repoPattern } from '../values.ts'
import { defaultPlan, type InitPlan } from './plan.ts'

/** The terminal that is asked; where it is not given, that of the process. */
export type Terminal = { readonly input?: Readable; readonly output?: Writable }

/** Asks what `loopwork init` is to set up. Null when the person leaves, or keeps their configuration. */
export async function askInit(projectRoot: string, terminal: Terminal = {}): Promise<InitPlan | null> {
  try {
    return await ask(projectRoot, terminal)
  } catch (thrown) {
    if (thrown === left) return null
    throw thrown
  }
}

const left = Symbol('left')

/** The answer; a person who leaves ends all questions. */
async function answer<T>(asked: Promise<T>): Promise<Exclude<T, symbol>> {
  const given = await asked
  if (isCancel(given)) throw left
  return given as Exclude<T, symbol>
}

async function ask(projectRoot: string, terminal: Terminal): Promise<InitPlan> {
  const yesOrNo = (message: string, initialValue: boolean) =>
    answer(confirm({ ...terminal, message, initialValue }))
  const kind = await answer(
    select<InitPlan['backend']['kind']>({
      ...terminal,
      message: 'Where do tasks come from?',
      options: [
        { value: 'json', label: 'a file', hint: 'JSON and Markdown in this project' },
        { value: 'markdown', label: 'a checklist', hint: 'items - [ ] of a Markdown file' },
        { value: 'github', label: 'GitHub issues' },
      ],
      initialValue: 'json',
    }),
  )
  const cli = await answer(
    select<string>({
      ...terminal,
      message: 'Which AI command-line tool does the work?',
      options: knownAgents.map((value) => ({ value, label: value })),
      initialValue: defaultPlan.cli,
    }),
  )
  const backend = await askPlace[kind](terminal)
  const dailyBudgetUsd = (await yesOrNo('Track costs?', true)) ? await askBudget(terminal) : null
  const telegram = await yesOrNo('Send messages to Telegram?', false)
  const discord = await yesOrNo('Send messages to Discord?', false)
  const existing = findConfigFile(projectRoot)
  const overwriteConfig =
    existing !== null && (await yesOrNo(`${basename(existing)} is there already. Replace it?`, false))
  if (existing !== null && !overwriteConfig) throw left
  const templates = await yesOrNo('Write templates for tasks?', true)
  const gitignore = await yesOrNo('Add what is not for version control to .gitignore?', true)
  const readme = !existsSync(join(projectRoot, 'README.md')) && (await yesOrNo('Write a README.md?', true))
  return { backend, cli, dailyBudgetUsd, telegram, discord, overwriteConfig, templates, gitignore, readme }
}

async function askFolder(terminal: Terminal): Promise<InitPlan['backend']> {
  const defaultValue = '.specs/tasks'
  const given = await answer(
    text({
      ...terminal,
      message: 'In which folder are the tasks?',
      placeholder: defaultValue,
      defaultValue,
      validate: (folder) => (folder && isOutside(folder) ? 'A folder in this project, please.' : undefined),
    }),
  )
  return { kind: 'json', tasksDir: normalize(given).replaceAll('\\', '/').replace(/\/$/, '') }
}

async function askChecklist(terminal: Terminal): Promise<InitPlan['backend']> {
  const defaultValue = 'TODO.md'
  const given = await answer(
    text({
      ...terminal,
      message: 'In which file is the checklist?',
      placeholder: defaultValue,
      defaultValue,
      validate: (path) => {
        if (path && isOutside(path)) return 'A file in this project, please.'
        return path && !/\.md$/i.test(path) ? 'A file that ends in .md, please.' : undefined
      },
    }),
  )
  return { kind: 'markdown', path: normalize(given).replaceAll('\\', '/') }
}

function isOutside(folder: string): boolean {
  return isAbsolute(folder) || normalize(folder).split(/[\\/]/)[0] === '..'
}

async function askRepo(terminal: Terminal): Promise<InitPlan['backend']> {
  const given = await answer(
    text({
      ...terminal,
      message: 'Which repository?',
      placeholder: 'owner/name; empty: that of this working copy',
      defaultValue: '',
      validate: (repo) => (repo && !repoPattern.test(repo) ? 'owner/name, please, or nothing.' : undefined),
    }),
  )
  return { kind: 'github', repo: given === '' ? null : given }
}

/** What else has to be known of each kind of backlog. */
const askPlace = { json: askFolder, markdown: askChecklist, github: askRepo } as const

async function askBudget(terminal: Terminal): Promise<number> {
  const defaultValue = String(defaultPlan.dailyBudgetUsd)
  const given = await answer(
    text({
      ...terminal,
      message: 'How many dollars may be spent a day?',
      placeholder: defaultValue,
      defaultValue,
      validate: (dollars) => (dollars && !(Number(dollars) > 0) ? 'A number above 0, please.' : undefined),
    }),
  )
  return Number(given)
}
