import * as z from 'zod'
import { answerQuestion, openQuestions } from '../../daemon/questions.ts'
import type { Office } from '../office.ts'
import { taskId } from '../task-shapes.ts'
import { reads, sets, type Tool, tool } from '../tool.ts'

/** Tools by which a person's client answers what agents ask. */
export function answering(office: Office): readonly Tool[] {
  return [
    tool({
      name: 'loopwork_list_questions',
      title: 'List questions',
      description:
        'Lists what the agents that are at work ask a person, the most urgent first. Show them to the person; then loopwork_answer_question.',
      annotations: reads,
      input: z.strictObject({}),
      output: z.object({
        count: z.number(),
        questions: z.array(
          z.object({
            taskId: z.string(),
            title: z.string(),
            text: z.string(),
            options: z.array(z.string()),
            fallback: z.string().describe('What the agent does if nobody answers before the deadline'),
            deadline: z.string(),
          }),
        ),
      }),
      run: async () => {
        const asked = await openQuestions((await office.place()).app)
        return {
          count: asked.length,
          questions: asked.map(({ task, question: { text, options, fallback, deadline } }) => ({
            taskId: task.id,
            title: task.title,
            text,
            options: [...options],
            fallback,
            deadline,
          })),
        }
      },
    }),
    tool({
      name: 'loopwork_answer_question',
      title: 'Answer a question',
      description:
        'Gives the agent of a task the answer it waits for. Use it only with what the person has said, never with a guess of your own.',
      annotations: sets,
      input: z.strictObject({
        taskId,
        answer: z
          .string()
          .trim()
          .min(1)
          .max(4_000)
          .describe('What the person answered; one of the options, if there are any'),
      }),
      output: z.object({ success: z.literal(true), error: z.null(), taskId: z.string() }),
      run: async ({ taskId: id, answer }) => {
        await answerQuestion((await office.place()).app, id, answer, 'mcp')
        return { success: true, error: null, taskId: id } as const
      },
    }),
  ]
}
