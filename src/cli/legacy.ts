import { commandWords } from './catalogue.ts'

/** Options that, without any command, used to mean `run`. */
const runOptions = new Set([
  '--resume',
  '--dry-run',
  '--feature',
  '--task',
  '--max-iterations',
  '--timeout',
  '--cli',
  '--model',
  '--backend',
  '--repo',
  '--tasks-file',
  '--namespace',
  '--config',
  '--debug',
  '--parallel',
  '--sequential',
  '-y',
  '--yes',
])

/**
 * Puts `run` in front of arguments that name no command but have an option of it: `loopwork --resume`. Never
 * where a command is named anywhere among them: `loopwork -q status` must not start an agent.
 */
export function withImpliedRun(argv: readonly string[]): readonly string[] {
  if (argv.some((word) => commandWords.includes(word) || word === '--help' || word === '-h')) return argv
  const isRun = argv.some((word) => runOptions.has(word.split('=')[0] ?? ''))
  return isRun ? ['run', ...argv] : argv
}
