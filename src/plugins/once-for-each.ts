import type { Fact } from '../events/catalogue.ts'

/** So many answers are kept: plugins that keep up with the loop ask about the same few facts. */
const mostKept = 64

/** Asks once for each fact, however many plugins want to know; what failed is asked again. */
export function onceForEach<Answer>(ask: (fact: Fact) => Promise<Answer>): (fact: Fact) => Promise<Answer> {
  const answers = new Map<string, Promise<Answer>>()
  return (fact) => {
    const known = answers.get(fact.id)
    if (known !== undefined) return known
    const answer = ask(fact)
    answers.set(fact.id, answer)
    answer.catch(() => answers.delete(fact.id))
    const [oldest] = answers.keys()
    if (answers.size > mostKept && oldest !== undefined) answers.delete(oldest)
    return answer
  }
}
