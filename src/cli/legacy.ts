import { LoopworkError } from '../errors.ts'
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

/**
 * What `loopwork monitor …`, the predecessor's name for the background, is called now. Null where the words
 * are none of it.
 */
export function withoutMonitor(argv: readonly string[]): readonly string[] | null {
  const at = argv.findIndex((word) => !word.startsWith('-'))
  if (argv[at] !== 'monitor') return null
  const [action = '', ...words] = argv.slice(at + 1).filter((word) => word !== '--')
  const [namespace, ...rest] = words
  const named = namespace === undefined ? [] : [namespace]
  const lines = rest.find((word) => /^\d+$/.test(word))
  switch (action) {
    case 'start':
      return ['start', '-d', ...(namespace === undefined ? [] : ['--namespace', namespace]), ...rest]
    case 'stop':
      return ['kill', ...words]
    case 'status':
      return ['status', ...words]
    case 'tail':
      return ['logs', ...named, '--follow', ...rest]
    case 'logs':
      return [
        'logs',
        ...named,
        ...(lines ? ['--lines', lines] : []),
        ...rest.filter((word) => word !== lines),
      ]
    default:
      throw new LoopworkError('invalid', `monitor has no ${action || 'action'}`, {
        hint: 'It knew start, stop, status, logs and tail; they are `start -d`, `kill`, `status` and `logs` now.',
      })
  }
}
