import { commandNames, flagsIn, helpOf } from './help.ts'
import { printed } from './printed.ts'

/** `docs/commands.md`: what every command says of itself. */
export async function commandsPage(): Promise<string> {
  const whole = await helpOf()
  const pages: string[] = []
  for (const name of commandNames.filter((one) => one !== 'completion')) {
    pages.push(`## ${name}\n\n${fenced(withoutGlobals(await helpOf(name), flagsIn(whole)))}`)
  }
  return [
    '# Commands',
    printed('the command line itself'),
    'Every command also takes the options listed first.',
    fenced(whole),
    ...pages,
    '',
  ].join('\n\n')
}

/** The options of every command are said once. */
function withoutGlobals(help: string, globals: readonly string[]): string {
  const lines = help.split('\n')
  const own: string[] = []
  let isDropped = false
  for (const line of lines) {
    const flag = flagsIn(line)[0]
    if (flag) isDropped = globals.includes(flag)
    else if (!/^ {10,}\S/.test(line)) isDropped = false // not the rest of a description
    if (!isDropped) own.push(line)
  }
  return own.join('\n').replace(/\n*Options:\s*$/, '')
}

function fenced(text: string): string {
  return `\`\`\`text\n${text.trim()}\n\`\`\``
}
