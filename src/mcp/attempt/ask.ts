import { firstValueFrom, merge, timer } from 'rxjs'
import * as z from 'zod'
import { isFailure } from '../../errors.ts'
import type { Question } from '../../machines/task/context.ts'
import type { Office, Place } from '../office.ts'
import type { Call } from '../protocol.ts'
import { adds, type Tool, tool } from '../tool.ts'
import type { Badge } from './badge.ts'

/** How often whoever waits is told that the wait goes on, in milliseconds. */
const tellMs = 10_000

/** What is left of an attempt's time after the deadline of a question, so that the answer can be used. */
const afterwardsMs = 60_000

/** The tool by which an agent asks a person, and waits. */
export function askingPeople(office: Office, badge: Badge): readonly Tool[] {
  return [
    tool({
      name: 'loopwork_ask_person',
      title: 'Ask a person',
      description:
        'Asks a person a question about your task and waits for the answer. After the deadline your own fallback is the answer. If the call breaks off, call it again with the same question: it goes on waiting for the same answer.',
      annotations: adds,
      input: z.strictObject({
        question: z
          .string()
          .trim()
          .min(1)
          .max(2_000)
          .describe('What you need to know, so that it can be understood without you'),
        fallback: z.string().trim().min(1).max(2_000).describe('What you will do if nobody answers in time'),
        options: z
          .array(z.string().min(1).max(200))
          .max(10)
          .default([])
          .describe('Answers to choose from, if there are such'),
        minutes: z.number().min(0.01).max(1_440).default(30).describe('How long a person has to answer'),
      }),
      output: z.object({
        answer: z.string(),
        isFallback: z.boolean().describe('true: nobody answered in time'),
      }),
      run: async ({ question: text, ...wanted }, call) => {
        const place = await office.place()
        const earlier = await earlierAnswer(place, badge, text)
        if (earlier) return earlier
        const question = await pending(place, badge, { text, ...wanted })
        return await waitFor(place, badge, question, call)
      },
    }),
  ]
}

type Wanted = {
  readonly text: string
  readonly fallback: string
  readonly options: readonly string[]
  readonly minutes: number
}

type Answer = { readonly answer: string; readonly isFallback: boolean }

/** The question as it stands in the log: asked now, or by a call before that broke off. */
async function pending(place: Place, badge: Badge, wanted: Wanted): Promise<Question> {
  const { open, question } = await badge.check(place)
  if (question?.text === wanted.text) return question
  const { app } = place
  const now = app.clock.now().getTime()
  const begun = await beginning(place, badge)
  const last = begun + (open?.timeoutMs ?? 0) - afterwardsMs
  const deadline = new Date(Math.max(now + 1_000, Math.min(now + wanted.minutes * 60_000, last)))
  const id = app.newId()
  await badge.say(place, {
    say: 'ask',
    question: id,
    text: wanted.text,
    options: [...wanted.options],
    fallback: wanted.fallback,
    deadline: deadline.toISOString(),
  })
  const asked = (await badge.check(place)).question
  if (asked?.question === id) return asked
  return {
    ...wanted,
    options: [...wanted.options],
    attempt: badge.attempt,
    question: id,
    deadline: deadline.toISOString(),
  }
}

/** When the attempt was begun. */
async function beginning({ app }: Place, { stream, attempt }: Badge): Promise<number> {
  for await (const { event, at } of app.log.readStream(stream)) {
    if (event.type === 'task.claimed' && event.data.attempt === attempt) return new Date(at).getTime()
  }
  return app.clock.now().getTime()
}

/** What was answered to the same question in the same attempt; null where it was not asked or is still open. */
async function earlierAnswer({ app }: Place, badge: Badge, text: string): Promise<Answer | null> {
  let asked: string | null = null
  for await (const { event } of app.log.readStream(badge.stream)) {
    if (event.type === 'task.asked' && event.data.attempt === badge.attempt && event.data.text === text) {
      asked = event.data.question
    }
    if (event.type === 'task.answered' && event.data.question === asked) {
      const { answer, isFallback } = event.data
      return { answer, isFallback }
    }
  }
  return null
}

/** Waits for the answer in the log. Past the deadline it gives the fallback itself, should no loop be alive. */
async function waitFor(place: Place, badge: Badge, question: Question, call: Call): Promise<Answer> {
  const { app } = place
  const begun = app.clock.now().getTime()
  const deadline = new Date(question.deadline).getTime()
  for (;;) {
    const answer = await earlierAnswer(place, badge, question.text)
    if (answer) return answer
    await badge.check(place)
    const now = app.clock.now().getTime()
    if (now >= deadline) await giveFallback(place, badge, question)
    else {
      call.progress(now - begun, deadline - begun, `waiting for an answer until ${question.deadline}`)
      await bellOr(place, Math.min(tellMs, deadline - now), call.signal)
      if (call.signal.aborted) return { answer: '', isFallback: true } // nobody hears it: the question stays open
    }
  }
}

async function giveFallback({ app }: Place, { stream }: Badge, question: Question): Promise<void> {
  const dispatch = await app.dispatch({ by: 'agent' })
  const { question: id, fallback } = question
  try {
    await dispatch([
      { stream, command: { type: 'answer', question: id, answer: fallback, isFallback: true } },
    ])
  } catch (thrown) {
    if (!isFailure(thrown, 'rejected')) throw thrown // the attempt has ended: the next look says so
  }
}

/** Resolves when the log may hold something new, or after some time. */
async function bellOr({ app }: Place, ms: number, signal: AbortSignal): Promise<void> {
  const gone = new Promise<void>((resolve) =>
    signal.addEventListener('abort', () => resolve(), { once: true }),
  )
  const next = firstValueFrom(merge(app.log.bell, timer(ms)), { defaultValue: undefined })
  await Promise.race([gone, next])
}
