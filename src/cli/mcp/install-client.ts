import { resolve } from 'node:path'
import { nearest } from '../../config/nearest.ts'
import { findProjectRoot } from '../../config/project-root.ts'
import { LoopworkError } from '../../errors.ts'
import { installClaude, uninstallClaude } from '../../mcp/install/claude-code.ts'
import { clients } from '../../mcp/install/clients.ts'
import { addEntry, type Outcome, removeEntry } from '../../mcp/install/entry.ts'
import type { Surroundings } from '../command.ts'

/** Tells a client of the server, or no longer. */
export async function installClient(
  action: 'install' | 'uninstall',
  name: string | undefined,
  surroundings: Surroundings,
): Promise<number> {
  const client = clients[name ?? '']
  if (!client) throw unknownClient(name ?? '')
  const root = findProjectRoot(surroundings.io.cwd)
  const change = action === 'install' ? addEntry : removeEntry
  return tell(action, [await change(root, client)], surroundings)
}

/** Sets Claude Code up for the project, or takes that back. */
export async function setUpClaude(
  action: 'install' | 'uninstall',
  surroundings: Surroundings,
): Promise<number> {
  const { io } = surroundings
  const place = { root: findProjectRoot(io.cwd), plugin: pluginBeside(io) }
  const change = action === 'install' ? installClaude : uninstallClaude
  return tell(action, await change(place), surroundings)
}

/** The plugin of the package that a program belongs to. */
export function pluginBeside({ program }: Pick<Surroundings['io'], 'program'>): string {
  return resolve(program.at(-1) ?? '', '../../../plugin')
}

function tell(action: string, outcomes: readonly Outcome[], { print, argv }: Surroundings): number {
  if (argv.includes('--json')) print.json({ schema: `loopwork/${action}@1`, files: outcomes })
  else for (const { did, file } of outcomes) print.line(`${did.padEnd(8)} ${file}`)
  return 0
}

function unknownClient(name: string): LoopworkError {
  const names = Object.keys(clients)
  const near = nearest(name, names)
  return new LoopworkError('invalid', name ? `loopwork knows no client ${name}` : 'which client?', {
    hint: near ? `Did you mean ${near}?` : `One of ${names.join(', ')}.`,
  })
}
