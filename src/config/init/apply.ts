import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { asFailure, LoopworkError } from '../../errors.ts'
import { findConfigFile } from '../project-root.ts'
import { configFileOf } from './config-file.ts'
import {
  bugfixTemplate,
  featureTemplate,
  firstChecklist,
  firstTask,
  firstTasksFile,
  gitignoreOf,
  readmeOf,
} from './files.ts'
import type { InitPlan } from './plan.ts'
import { replaceFile } from './replace-file.ts'

/** What was written and what was left as it was, relative to the project. */
export type InitOutcome = { readonly written: readonly string[]; readonly kept: readonly string[] }

/**
 * Sets a project up. What is there stays as it is, but for the configuration where the plan says so; doing it
 * again changes nothing. Fails with `unavailable` where the disk refuses.
 */
export async function applyInit(plan: InitPlan, projectRoot: string): Promise<InitOutcome> {
  const steps = [
    ...configSteps(plan, projectRoot),
    ...taskSteps(plan, projectRoot),
    ...(plan.readme ? [create('README.md', readmeOf(plan, basename(resolve(projectRoot))))] : []),
  ]
  const outcomes: { path: string; isWritten: boolean }[] = []
  for (const { path, content, isForced } of steps) {
    outcomes.push({ path, isWritten: await write(join(projectRoot, path), content, isForced) })
  }
  if (plan.gitignore) outcomes.push({ path: '.gitignore', isWritten: await extendGitignore(projectRoot) })
  return {
    written: outcomes.filter(({ isWritten }) => isWritten).map(({ path }) => path),
    kept: outcomes.filter(({ isWritten }) => !isWritten).map(({ path }) => path),
  }
}

type Step = { readonly path: string; readonly content: string; readonly isForced: boolean }

function create(path: string, content: string): Step {
  return { path, content, isForced: false }
}

/** A configuration under another name counts, too: a second one would hide it. */
function configSteps(plan: InitPlan, projectRoot: string): Step[] {
  const existing = findConfigFile(projectRoot)
  const path = existing === null || plan.overwriteConfig ? 'loopwork.config.ts' : basename(existing)
  return [{ path, content: configFileOf(plan), isForced: plan.overwriteConfig }]
}

/** The first task is only described where there was no task file: it belongs to that file. */
function taskSteps({ backend, templates }: InitPlan, projectRoot: string): Step[] {
  const folder = backend.kind === 'json' ? backend.tasksDir : '.specs/tasks'
  const tasksFile = `${folder}/tasks.json`
  const isNew = !existsSync(join(projectRoot, tasksFile))
  const isJson = backend.kind === 'json'
  return [
    ...(isJson && isNew ? [create(`${folder}/TASK-001.md`, firstTask)] : []),
    ...(isJson ? [create(tasksFile, firstTasksFile)] : []),
    ...(backend.kind === 'markdown' ? [create(backend.path, firstChecklist)] : []),
    ...(templates
      ? [
          create(`${folder}/templates/feature-template.md`, featureTemplate),
          create(`${folder}/templates/bugfix-template.md`, bugfixTemplate),
        ]
      : []),
  ]
}

/** Writes a file whole; false where it was there and may not be replaced. */
async function write(path: string, content: string, isForced: boolean): Promise<boolean> {
  try {
    await mkdir(dirname(path), { recursive: true })
    if (isForced) await replaceFile(path, content)
    else await writeFile(path, content, { flag: 'wx' })
    return true
  } catch (thrown) {
    if (isCode(thrown, 'EEXIST') && existsSync(path)) return false
    throw refused(path, thrown)
  }
}

async function extendGitignore(projectRoot: string): Promise<boolean> {
  const path = join(projectRoot, '.gitignore')
  try {
    const extended = gitignoreOf(existsSync(path) ? await readFile(path, 'utf8') : '')
    if (extended === null) return false
    await replaceFile(path, extended)
    return true
  } catch (thrown) {
    throw refused(path, thrown)
  }
}

function isCode(thrown: unknown, code: string): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === code
}

function refused(path: string, thrown: unknown): LoopworkError {
  return new LoopworkError('unavailable', `${path} cannot be written: ${asFailure(thrown).message}`, {
    hint: 'Give yourself the right to write there, then run loopwork init again: it goes on where it stopped.',
    cause: thrown,
  })
}
