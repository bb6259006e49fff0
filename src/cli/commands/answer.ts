import { type Asked, answerQuestion, openQuestions } from '../../daemon/questions.ts'
import { duration } from '../../projections/wording.ts'
import type { Action } from '../command.ts'
import { findState } from '../find-state.ts'
import { hasStore, withApp, withStoreHere } from '../open-store.ts'
import type { Print } from '../print.ts'
import { keepAllWords } from '../words.ts'

type Options = { task?: string | undefined; answer?: (string | number)[] | undefined; json?: boolean }

/** `answer` lists what agents ask; `answer <task> <words…>` answers. */
export const answer: Action<Options> = {
  options: (yargs) =>
    keepAllWords(yargs)
      .positional('task', { type: 'string', describe: 'The task whose agent asks' })
      .positional('answer', {
        type: 'string',
        array: true,
        describe: 'The answer, or the number of an option',
      }) as never,
  run: async ({ task, answer: words = [], json }, { io, print }) => {
    const place = findState(io)
    if (task !== undefined && words.length > 0) {
      const text = words.join(' ')
      const { question } = await withStoreHere(place, io, (app) => answerQuestion(app, task, text, 'cli'))
      if (json) print.json({ schema: 'loopwork/answered@1', task, question: question.question })
      else print.line(`${task} has its answer.`)
      return 0
    }
    const asked = hasStore(place.stateDir) ? await withApp(place, io, openQuestions) : []
    const meant = asked.filter((one) => task === undefined || one.task.id === task)
    if (json) print.json({ schema: 'loopwork/questions@1', questions: meant.map(publicForm) })
    else if (task !== undefined && meant.length === 0) print.line(`The agent of ${task} asks nothing.`)
    else show(meant, print, new Date())
    return 0
  },
}

function publicForm({ task, question }: Asked) {
  const { text, options, fallback, deadline, since, question: id } = question
  return { task: task.id, title: task.title, question: id, text, options, fallback, deadline, since }
}

function show(asked: readonly Asked[], print: Print, now: Date): void {
  if (asked.length === 0) print.line('No agent asks anything.')
  for (const { task, question } of asked) {
    const left = duration(new Date(question.deadline).getTime() - now.getTime())
    print.line(`${print.paint.bold(task.id)} ${task.title}`)
    print.line(`  ${question.text}`)
    for (const [nth, option] of question.options.entries()) print.line(`  ${nth + 1}. ${option}`)
    print.line(print.paint.dim(`  In ${left}, if nobody answers: ${question.fallback}`))
    print.line(print.paint.dim(`  loopwork answer ${task.id} …`))
  }
}
