import yargs, { type Argv } from 'yargs'
import { LoopworkError } from '../errors.ts'
import { commands } from './catalogue.ts'
import type { Entry, Surroundings } from './command.ts'
import type { Io } from './io.ts'
import { version } from './version.ts'

const epilogue =
  'Exit codes and everything else: the README. One command in detail: loopwork <command> --help'

/** Everything but what a shortcut has answered: words in, exit code out. */
export async function parse(surroundings: Surroundings): Promise<number> {
  const { io, argv: words } = surroundings
  let code = 0
  const line = commands.reduce(
    (line, entry) => register(line, entry, surroundings, (result) => (code = result)),
    frame(words, io),
  )
  if (words.length === 0) {
    io.err(`${await line.getHelp()}\n`)
    return 2
  }
  await line.parseAsync([...words], {}, (_error: unknown, _argv: unknown, output: string) => {
    if (output) io.out(`${output}\n`)
  })
  return code
}

function frame(words: readonly string[], io: Io): Argv {
  return yargs([...words])
    .scriptName('loopwork')
    .locale('en')
    .usage('$0 <command>\n\nWorks off a backlog of tasks with AI command-line agents.')
    .option('namespace', {
      type: 'string',
      describe: 'Keeps several loops on one project apart',
      global: true,
    })
    .option('config', { type: 'string', describe: 'The configuration, or the folder it is in', global: true })
    .option('tasks-file', { type: 'string', describe: 'The JSON backlog', global: true })
    .option('json', { type: 'boolean', default: false, describe: 'Answer in JSON', global: true })
    .option('quiet', { alias: 'q', type: 'boolean', default: false, describe: 'Say only what went wrong' })
    .option('verbose', { alias: 'v', type: 'count', describe: 'Say more' })
    .version('version', 'Show the version', version())
    .alias('version', 'V')
    .alias('help', 'h')
    .parserConfiguration({ 'duplicate-arguments-array': false, 'populate--': true })
    .strict()
    .recommendCommands()
    .showHelpOnFail(false)
    .exitProcess(false)
    .wrap(Math.min(100, io.columns))
    .epilogue(epilogue)
    .demandCommand(1, 'Say what to do.')
    .fail((message, thrown) => {
      throw thrown ?? refusal(message, words)
    })
}

function register(
  line: Argv,
  { command, aliases = [], describe, load }: Entry,
  surroundings: Surroundings,
  done: (code: number) => void,
): Argv {
  return line.command({
    command,
    aliases: [...aliases],
    describe,
    builder: async (builder: Argv) => (await load()).options(builder),
    handler: async (options) => {
      const action = await load()
      done(await action.run(options, surroundings))
    },
  })
}

/** What yargs has to say, as a failure of ours. To a mistyped command it says only what is near. */
function refusal(message: string, words: readonly string[]): LoopworkError {
  const near = /^Did you mean (.+)\?$/.exec(message)?.[1]
  const wrong = words.find((word) => !word.startsWith('-')) ?? ''
  if (!near) return misused(message, wrong)
  return new LoopworkError('invalid', `unknown command ${wrong}`, {
    hint: `Did you mean \`loopwork ${near}\`?`,
  })
}

/** A command that is there, used in a way that it is not meant to be. */
function misused(message: string, word: string): LoopworkError {
  const entry = commands.find(({ command, aliases = [] }) => [nameOf(command), ...aliases].includes(word))
  const hint = entry ? `See \`loopwork ${word} --help\`.` : 'See `loopwork --help`.'
  if (!entry || !message.startsWith('Not enough')) {
    return new LoopworkError('invalid', sentence(message), { hint })
  }
  const needed = entry.command.match(/<.+?>/g)?.join(' ')
  return new LoopworkError('invalid', `${word} needs more: loopwork ${word} ${needed}`, { hint })
}

/** The word of a command: `labels <action>` is called by `labels`. */
const nameOf = (command: string): string => command.split(' ')[0] ?? ''

/** `Invalid values:\n  Argument: priority, Given: "x", Choices: "high", "low"`, and such, in one sentence. */
function sentence(message: string): string {
  return message
    .replace(/\.$/, '')
    .replace(/:\s*\n\s*/g, ': ')
    .replace(/\s*\n\s*/g, ', ')
    .replace(/^Invalid values: Argument: ([\w-]+), Given: (.*), Choices: /, '$1 is $2, but may be one of ')
}
