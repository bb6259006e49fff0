import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { configOf, makeProject, type Project } from './project.ts'

/** Runs git in a project, in somebody's name. */
export const git = ({ folder }: Project, ...words: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.email=a@example.org', '-c', 'user.name=a', ...words], {
    cwd: folder,
    encoding: 'utf8',
  })

/**
 * A project under version control, backlog and all. Its agent notes when it begins and ends, and runs `script` at
 * the first try of one task; `git` and `note` are at hand there.
 */
export function makeRepository(
  files: Readonly<Record<string, string>>,
  { at, script, config = {} }: { at: string; script: string; config?: Readonly<Record<string, unknown>> },
): Project {
  const project = makeProject({
    'agent.mjs': `
      import { execFileSync } from 'node:child_process'
      import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
      const { LOOPWORK_TASK_ID: id, LOOPWORK_ATTEMPT: attempt } = process.env
      const note = (word) => appendFileSync('.git/journal', word + ' ' + id + '\\n')
      const git = (...words) => execFileSync('git', ['-c', 'user.email=a@example.org', '-c', 'user.name=a', ...words])
      note('begin')
      if (id === '${at}' && attempt === '1') { ${script} }
      note('end')
    `,
    'loopwork.config.json': configOf([process.execPath, 'agent.mjs'], config),
    ...files,
  })
  git(project, 'init', '-q')
  git(project, 'add', '-A')
  git(project, 'commit', '-qm', 'Begin')
  return project
}

/** What the agents have noted. */
export const journalOf = ({ folder }: Project): string[] =>
  readFileSync(join(folder, '.git/journal'), 'utf8').trim().split('\n')
