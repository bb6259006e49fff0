import { LoopworkError } from '../../errors.ts'
import type { Action } from '../command.ts'

type Options = { shell?: string | undefined; json?: boolean }

/** Each asks the program itself for the words that fit. `--get-yargs-completions` is answered by yargs. */
const scripts: Readonly<Record<string, string>> = {
  bash: `# loopwork completion bash >> ~/.bashrc
_loopwork() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen -W "$(loopwork --get-yargs-completions "\${COMP_WORDS[@]:0:COMP_CWORD+1}" 2>/dev/null)" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o bashdefault -o default -F _loopwork loopwork`,
  zsh: `#compdef loopwork
# loopwork completion zsh >> ~/.zshrc
_loopwork() {
  local -a found
  found=("\${(@f)$(SHELL=zsh loopwork --get-yargs-completions "\${(@)words[1,CURRENT]}" 2>/dev/null)}")
  if [[ -n "$found" ]]; then _describe 'loopwork' found; else _default; fi
}
if [[ "\${zsh_eval_context[-1]}" == loadautofunc ]]; then _loopwork "$@"; else compdef _loopwork loopwork; fi`,
  fish: `# loopwork completion fish > ~/.config/fish/completions/loopwork.fish
function __loopwork
  env SHELL=fish loopwork --get-yargs-completions (commandline -opc) (commandline -ct) 2>/dev/null
end
complete -c loopwork -f -a '(__loopwork)'`,
}

/** Prints what makes a shell complete the words of this program. */
export const completion: Action<Options> = {
  options: (yargs) =>
    yargs.positional('shell', {
      type: 'string',
      describe: 'bash, zsh or fish; that of $SHELL unless given',
    }) as never,
  run: async ({ shell, json }, { io, print }) => {
    const wanted = shell ?? io.env.SHELL?.split('/').at(-1) ?? 'bash'
    const script = scripts[wanted]
    if (!script) {
      throw new LoopworkError('invalid', `there is no completion for ${wanted}`, {
        hint: `Name one of these: loopwork completion ${Object.keys(scripts).join('|')}.`,
      })
    }
    if (json) print.json({ schema: 'loopwork/completion@1', shell: wanted, script })
    else print.line(script)
    return 0
  },
}
