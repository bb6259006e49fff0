import { useState } from 'preact/hooks'
import { harmless } from '../../projections/harmless.ts'
import { openQuestion, type TaskRow } from '../../projections/task-row.ts'
import { duration } from '../../projections/wording.ts'

type Props = { task: TaskRow; now: number; answer: (text: string) => void }

/** What the agent of a task waits to be told, and a place to tell it. */
export function Question({ task, now, answer }: Props) {
  const [words, setWords] = useState('')
  const question = openQuestion(task)
  if (!question) return null
  const { text, options, fallback, deadline } = question
  return (
    <form
      class="panel question"
      aria-labelledby="question"
      onSubmit={(event) => {
        event.preventDefault()
        if (words.trim() !== '') answer(words)
      }}
    >
      <h3 id="question">The agent asks</h3>
      <p class="said">{harmless(text)}</p>
      <p class="buttons">
        {options.map((option) => (
          <button key={option} type="button" onClick={() => answer(option)}>
            {harmless(option)}
          </button>
        ))}
      </p>
      <p class="buttons">
        <label>
          Answer <input value={words} onInput={({ currentTarget }) => setWords(currentTarget.value)} />
        </label>
        <button type="submit">Send</button>
      </p>
      <p class="hint">
        If nobody answers within {duration(Date.parse(deadline) - now)}: {harmless(fallback)}
      </p>
    </form>
  )
}
