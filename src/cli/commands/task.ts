import { LoopworkError } from '../../errors.ts'
import type { TaskCommand } from '../../machines/task/commands.ts'
import type { Action } from '../command.ts'
import { openProject } from '../open-project.ts'
import { withApp } from '../open-store.ts'
import { type AddOptions, addOptions, addTask } from './task-add.ts'
import { moveTask } from './task-move.ts'
import { listTasks, showTask } from './task-show.ts'

type Options = AddOptions & {
  action: string
  ids?: string[] | undefined
  reason?: string | undefined
  state?: string | undefined
  json?: boolean
}

const byHand = 'asked for on the command line'

/** What can be asked of tasks by name, and the command it stands for. */
const moves: Readonly<Record<string, (reason: string) => TaskCommand>> = {
  reset: (reason) => ({ type: 'reset', reason }),
  complete: (reason) => ({ type: 'complete', reason }),
  fail: (reason) => ({ type: 'fail', reason }),
  skip: (reason) => ({ type: 'skip', reason }),
  cancel: (reason) => ({ type: 'cancel', reason }),
}

const actions = ['list', 'show', 'add', ...Object.keys(moves)]

/** `task list`, `task show <id>`, `task add`, `task reset|complete|fail|skip|cancel <id>…`. */
export const task: Action<Options> = {
  options: (yargs) =>
    addOptions(yargs)
      .positional('action', {
        type: 'string',
        choices: actions,
        default: 'list',
        describe: actions.join(', '),
      })
      .option('reason', { type: 'string', describe: 'Why, for the record' })
      .option('state', { type: 'string', describe: 'list: only tasks in this state' })
      .strict(false)
      .usage('$0 task [action] [ids…]') as never,
  run: async (options, surroundings) => {
    const ids = wordsAfter(options)
    const { action } = options
    if (action === 'add') return addTask({ ...options, title: options.title ?? ids.join(' ') }, surroundings)
    const project = await openProject(options as never, surroundings)
    return withApp(project, surroundings.io, async (app) => {
      const command = moves[action]?.(options.reason ?? byHand)
      if (action !== 'list' && ids.length === 0) throw needsId(action)
      if (command) await moveTask(app, project, ids, command, surroundings)
      else if (action === 'show') await showTask(app, project, ids, surroundings)
      else await listTasks(app, project, options, surroundings)
      return 0
    })
  },
}

function wordsAfter({ _: words }: { _: (string | number)[] }): string[] {
  return words.slice(1).map(String)
}

function needsId(action: string): LoopworkError {
  return new LoopworkError('invalid', `task ${action} needs the id of a task`, {
    hint: `For example: loopwork task ${action} TASK-001. All ids: loopwork task list.`,
  })
}
