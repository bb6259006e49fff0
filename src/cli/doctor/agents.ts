import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { createLocator } from '../../adapters/agents/locate.ts'
import type { Settings } from '../../config/settings.ts'
import { asFailure } from '../../errors.ts'
import type { Io } from '../io.ts'
import { askProgram } from './ask-program.ts'
import { bad, type Finding, good, warning } from './finding.ts'

/** How each agent can be logged in: by a variable, or by a file that its own login has left. */
const logins: Readonly<
  Record<string, { readonly variables: readonly string[]; readonly files: readonly string[] }>
> = {
  claude: {
    variables: ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'CLAUDE_CODE_OAUTH_TOKEN'],
    files: ['.claude/.credentials.json'],
  },
  codex: { variables: ['OPENAI_API_KEY', 'CODEX_API_KEY'], files: ['.codex/auth.json'] },
  gemini: { variables: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'], files: ['.gemini/oauth_creds.json'] },
  opencode: {
    variables: ['ANTHROPIC_API_KEY', 'OPENAI_API_KEY'],
    files: ['.local/share/opencode/auth.json'],
  },
}

/** The agents of the pool: where they are, their versions, and whether anybody is logged in. */
export async function lookAtAgents(settings: Settings, io: Io, root: string): Promise<Finding[]> {
  const home = io.env.HOME ?? homedir()
  const locate = createLocator({ env: io.env, cliPaths: settings.cliPaths, home })
  const names = [...new Set(settings.pool.map(({ agent }) => agent))]
  const looks = await Promise.all(
    names.map(async (name) => {
      const own = settings.agents[name] ?? (name === 'command' ? settings.command : null)
      try {
        const path = await locate(own?.file ?? name)
        return { name, path, version: own ? 'your own' : await askProgram(path, ['--version'], io.env, root) }
      } catch (thrown) {
        return { name, failure: asFailure(thrown) }
      }
    }),
  )
  const isAnyThere = looks.some((look) => 'path' in look)
  return looks.flatMap((look): Finding[] => {
    const subject = `Agent ${look.name}`
    if ('failure' in look) {
      const { message, hint = '' } = look.failure
      return [isAnyThere ? warning(subject, message, hint) : bad(subject, message, hint, 'unavailable')]
    }
    const found =
      look.version === null
        ? warning(
            subject,
            `${look.path} does not say its version`,
            `Try \`${look.path} --version\` yourself.`,
          )
        : good(subject, `${look.path} (${look.version})`)
    return [found, ...loginOf(look.name, settings, io, home)]
  })
}

function loginOf(name: string, { pool }: Settings, { env }: Io, home: string): Finding[] {
  const login = logins[name]
  if (!login) return []
  const subject = `Login of ${name}`
  const given = Object.assign({}, env, ...pool.map((entry) => entry.env)) as Record<string, string>
  const variable = login.variables.find((one) => given[one])
  if (variable) return [good(subject, `${variable} is set`)]
  const file = login.files.map((one) => join(home, one)).find((path) => existsSync(path))
  if (file) return [good(subject, `${file} is there`)]
  const mend = `Run \`${name}\` once and log in, or set ${login.variables[0]}.`
  return [warning(subject, 'neither a key in the environment nor a login was found', mend)]
}
