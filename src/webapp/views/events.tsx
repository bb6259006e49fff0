import { useState } from 'preact/hooks'
import type { Fact } from '../../events/catalogue.ts'
import { harmless } from '../../projections/harmless.ts'
import { narrate } from '../../projections/narration.ts'
import type { ViewProps } from '../app.tsx'
import { linkTo } from '../route.ts'

const rowsAtFirst = 60

/** The events themselves, the newest first, each as a sentence and as it is. */
export function Events({ store, state }: ViewProps) {
  const [filter, setFilter] = useState('')
  const [most, setMost] = useState(rowsAtFirst)
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set())
  const found = matching(store.history.facts, state.frame.position, filter.toLowerCase(), most + 1)
  return (
    <>
      <div class="bar">
        <h2>Events</h2>
        <label>
          Filter{' '}
          <input
            type="search"
            value={filter}
            placeholder="type, task, text"
            onInput={({ currentTarget }) => setFilter(currentTarget.value)}
          />
        </label>
      </div>
      <ol class="events panel" reversed>
        {found.slice(0, most).map((fact, nth) => (
          <Event
            // biome-ignore lint/suspicious/noArrayIndexKey: rows keep nothing, and are filled anew faster than moved
            key={nth}
            fact={fact}
            isOpen={opened.has(fact.position)}
            turn={() => setOpened(turned(opened, fact.position))}
            show={() => store.show(fact.position)}
          />
        ))}
      </ol>
      {found.length > most && (
        <button type="button" onClick={() => setMost(most * 4)}>
          Older ones
        </button>
      )}
      {found.length === 0 && <p class="empty panel">No events match.</p>}
    </>
  )
}

type EventProps = { fact: Fact; isOpen: boolean; turn: () => void; show: () => void }

function Event({ fact, isOpen, turn, show }: EventProps) {
  const { level, subject, text } = narrate(fact)
  const page = fact.stream.startsWith('task/') ? 'task' : 'inspect'
  return (
    <li value={fact.position} class={level}>
      <button type="button" class="plain" aria-expanded={isOpen} onClick={turn}>
        <time>{fact.at.slice(0, 19).replace('T', ' ')}</time> <code>{fact.event.type}</code>
      </button>{' '}
      <a href={linkTo(page, fact.stream)}>
        <bdi>{harmless(subject)}</bdi>
      </a>{' '}
      <bdi class="text">{harmless(text).slice(0, 500)}</bdi>
      {isOpen && (
        <div class="raw">
          <pre>{harmless(JSON.stringify(fact, null, 2))}</pre>
          <button type="button" onClick={show}>
            Show everything as it stood then
          </button>
        </div>
      )}
    </li>
  )
}

/** A set with a member more, or without it. */
function turned(set: ReadonlySet<number>, member: number): ReadonlySet<number> {
  return set.has(member) ? new Set([...set].filter((one) => one !== member)) : new Set([...set, member])
}

/** The newest that match, up to a position, as many as are asked for. */
function matching(facts: readonly Fact[], position: number, wanted: string, most: number): Fact[] {
  const found: Fact[] = []
  for (let at = position - 1; at >= 0 && found.length < most; at -= 1) {
    const fact = facts[at] as Fact
    if (wanted === '' || textOf(fact).includes(wanted)) found.push(fact)
  }
  return found
}

const texts = new WeakMap<Fact, string>()

/** What is searched; made once, when somebody searches. */
function textOf(fact: Fact): string {
  const known = texts.get(fact)
  if (known !== undefined) return known
  const text = `${fact.event.type} ${fact.stream} ${fact.by} ${narrate(fact).text}`.toLowerCase()
  texts.set(fact, text)
  return text
}
