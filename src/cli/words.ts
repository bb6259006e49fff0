import type { Argv } from 'yargs'

/** For a command that takes words in any number: keeps them all, where otherwise only the last would stay. */
export function keepAllWords(yargs: Argv): Argv {
  return yargs.parserConfiguration({ 'duplicate-arguments-array': true, 'populate--': true })
}
