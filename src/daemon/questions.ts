import type { App } from '../app.ts'
import { LoopworkError } from '../errors.ts'
import type { Asker } from '../events/event.ts'
import { activeKey, board } from '../projections/board.ts'
import { openQuestion, type Question, type TaskRow } from '../projections/task-row.ts'

/** A question that an agent waits with, and the task it belongs to. */
export type Asked = { readonly task: TaskRow; readonly question: Question }

/** All questions that a person can answer now, the most urgent first. */
export async function openQuestions(app: App): Promise<Asked[]> {
  const view = await app.view(board)
  const streams = (await view.row<readonly string[]>(activeKey)) ?? []
  const rows = await Promise.all(streams.map((stream) => view.row<TaskRow>(stream)))
  return rows
    .flatMap((task) => {
      const question = task ? openQuestion(task) : null
      return task && question ? [{ task, question }] : []
    })
    .sort((a, b) => a.question.deadline.localeCompare(b.question.deadline))
}

/** Answers the question of a task; fails with `not_found` where it asks none, `invalid` where it is no answer. */
export async function answerQuestion(app: App, id: string, text: string, by: Asker): Promise<Asked> {
  const asked = (await openQuestions(app)).find(({ task }) => task.id === id)
  if (!asked) {
    throw new LoopworkError('not_found', `the agent of ${id} asks nothing`, {
      hint: '`loopwork answer` lists what is asked.',
    })
  }
  const { options, question } = asked.question
  const answer = chosen(text.trim(), options)
  const dispatch = await app.dispatch({ by })
  await dispatch([
    {
      stream: asked.task.stream as `task/${string}`,
      command: { type: 'answer', question, answer, isFallback: false },
    },
  ])
  return asked
}

/** The answer, or where there are options to choose from, the one whose text or number it is. */
function chosen(text: string, options: readonly string[]): string {
  if (text === '') {
    throw new LoopworkError('invalid', 'an answer needs words', {
      hint: 'For example: loopwork answer TASK-001 yes.',
    })
  }
  const byNumber = /^\d+$/.test(text) ? options[Number(text) - 1] : undefined
  return options.find((option) => option.toLowerCase() === text.toLowerCase()) ?? byNumber ?? text
}
