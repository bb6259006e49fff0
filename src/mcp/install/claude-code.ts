import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { replaceFile } from '../../config/init/replace-file.ts'
import type { ClaudeCodeOptions } from '../../config/plugin-options.ts'
import { clients } from './clients.ts'
import { addEntry, type Outcome, removeEntry } from './entry.ts'

/** Where things are: the project, and the plugin of this package that holds the skills. */
export type ClaudePlace = {
  readonly root: string
  readonly plugin: string
  readonly options?: Pick<ClaudeCodeOptions, 'skillsDir' | 'claudeMdPath'>
}

const heading = '## Loopwork Integration'
const section = `${heading}

This project has a backlog that loopwork works off with AI agents.

- See it with the tools of the MCP server \`loopwork\`, first \`loopwork_list_tasks\`; \`loopwork_why\` explains a task.
- Before you work on a task yourself, take it with \`loopwork_mark_in_progress\`; end with \`loopwork_mark_complete\`.
- Skills: loopwork-run, loopwork-resume, loopwork-status, loopwork-task-new, loopwork-config, loopwork-why.
`

/** Whether a project is worked on with Claude Code. */
export function usesClaudeCode(root: string): boolean {
  return existsSync(join(root, '.claude')) || existsSync(join(root, 'CLAUDE.md'))
}

/** Sets Claude Code up for a project: the server, the skills, a section in CLAUDE.md. Keeps what is there. */
export async function installClaude(place: ClaudePlace): Promise<Outcome[]> {
  const outcomes = [await addEntry(place.root, clients.claude as never)]
  for (const { file, text } of await skills(place)) {
    const path = join(place.root, file)
    const isThere = existsSync(path)
    if (!isThere) {
      await mkdir(dirname(path), { recursive: true })
      await replaceFile(path, text)
    }
    outcomes.push({ file, did: isThere ? 'kept' : 'added' })
  }
  return [...outcomes, await addSection(place)]
}

/** Takes back what `installClaude` put, as far as nobody has changed it. */
export async function uninstallClaude(place: ClaudePlace): Promise<Outcome[]> {
  const outcomes = [await removeEntry(place.root, clients.claude as never)]
  for (const { file, text } of await skills(place)) {
    const path = join(place.root, file)
    const found = existsSync(path) ? await readFile(path, 'utf8') : null
    if (found === text) {
      await rm(path)
      await rmdir(dirname(path)).catch(() => undefined) // somebody keeps more in it
    }
    outcomes.push({ file, did: found === null ? 'nothing' : found === text ? 'removed' : 'kept' })
  }
  return [...outcomes, await removeSection(place)]
}

/** The skills of the plugin, under names that are nobody else's in a project. */
async function skills({ plugin, options }: ClaudePlace): Promise<{ file: string; text: string }[]> {
  const folder = options?.skillsDir ?? '.claude/skills'
  const names = (await readdir(join(plugin, 'skills'))).sort()
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(plugin, 'skills', name, 'SKILL.md'), 'utf8')
      const named = text.replace(/^name: .*$/m, `name: loopwork-${name}`)
      return { file: `${folder}/loopwork-${name}/SKILL.md`, text: named }
    }),
  )
}

function memoryFile({ root, options }: ClaudePlace): string {
  const inFolder = '.claude/CLAUDE.md'
  return existsSync(join(root, inFolder)) ? inFolder : (options?.claudeMdPath ?? 'CLAUDE.md')
}

async function addSection(place: ClaudePlace): Promise<Outcome> {
  const file = memoryFile(place)
  const path = join(place.root, file)
  const text = existsSync(path) ? await readFile(path, 'utf8') : ''
  if (text.includes(heading)) return { file, did: 'kept' }
  await mkdir(dirname(path), { recursive: true })
  await replaceFile(path, text.trim() ? `${text.trimEnd()}\n\n${section}` : section)
  return { file, did: 'added' }
}

async function removeSection(place: ClaudePlace): Promise<Outcome> {
  const file = memoryFile(place)
  const path = join(place.root, file)
  const text = existsSync(path) ? await readFile(path, 'utf8') : ''
  if (!text.includes(section)) return { file, did: text.includes(heading) ? 'kept' : 'nothing' }
  const rest = text.replace(section, '').trimEnd()
  if (rest === '') await rm(path)
  else await replaceFile(path, `${rest}\n`)
  return { file, did: 'removed' }
}
