import { compose, defineConfig } from 'loopwork'
import { withJSONBackend } from 'loopwork/backends'

// Works without an API key: the "agent" is a small program that does what a task's description says.
// Replace `cli` and `command` by `cli: 'claude'` to have a real agent do the same tasks.
export default compose(withJSONBackend({ tasksFile: '.specs/tasks/tasks.json' }))(
  defineConfig({
    cli: 'command',
    command: { file: 'node', args: ['agent.mjs'] },
    verify: 'node check.mjs',
  }),
)
