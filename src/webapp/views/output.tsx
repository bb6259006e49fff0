import { useEffect, useState } from 'preact/hooks'
import { harmless } from '../../projections/harmless.ts'
import type { Found, Piece, Shown } from '../../web/shapes.ts'
import { outputLines } from '../output-lines.ts'
import { fetchFound, fetchOutput, type Place } from '../server.ts'

/** How often the end of what still grows is asked for, and how long a search waits for more letters. */
const lookMs = 1_500
const typingMs = 300

const names: Readonly<Record<Shown, string>> = {
  prompt: 'prompt',
  output: 'output',
  stderr: 'errors',
  verifyOutput: 'what the check printed',
  changes: 'what changed in the project',
}

type Props = { stream: string; attempt: number; which: Shown; isLive: boolean }

/** What an attempt was told, has printed or has changed: piece by piece, and searched as a whole. */
export function Output({ stream, attempt, which, isLive }: Props) {
  const [place, setPlace] = useState<Place>(beginOf(which))
  const [search, setSearch] = useState('')
  const piece = useAsked<Piece>(
    () => fetchOutput(stream, attempt, which, place),
    [place],
    isLive && place.at === 'end',
  )
  const found = useAsked<Found>(
    () => (search === '' ? Promise.resolve(nothing) : fetchFound(stream, attempt, which, search)),
    [search],
    false,
    typingMs,
  )
  const known = typeof piece === 'object' ? piece : null
  return (
    <figure class="output">
      <figcaption>
        <b>
          Attempt {attempt}, {names[which]}
        </b>
        {known && known.size > 0 && <Pages piece={known} go={setPlace} />}
        <label>
          Search{' '}
          <input
            type="search"
            value={search}
            placeholder="in all of it"
            onInput={({ currentTarget }) => setSearch(currentTarget.value)}
          />
        </label>
      </figcaption>
      {search !== '' && <Matches found={found} go={(from) => setPlace({ at: 'from', from })} />}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys */}
      <pre tabIndex={0} class={which}>
        {piece === null && '…'}
        {typeof piece === 'string' && piece}
        {known && <Lines text={known.text} isPatch={which === 'changes'} />}
        {known?.size === 0 && emptyText(which)}
      </pre>
    </figure>
  )
}

const nothing: Found = { lines: [], isCut: false }

/** What is printed is looked at from its end, what was written from its beginning. */
const beginOf = (which: Shown): Place =>
  which === 'prompt' || which === 'changes' ? { at: 'from', from: 0 } : { at: 'end' }

function emptyText(which: Shown): string {
  return which === 'changes'
    ? 'Not known: the attempt runs, or was ended from outside, or the project is no git repository.'
    : 'Nothing, or it was taken away to save room.'
}

function Pages({ piece: { offset, end, size }, go }: { piece: Piece; go: (place: Place) => void }) {
  if (offset === 0 && end === size) return <span class="hint">{size} bytes</span>
  return (
    <span class="buttons">
      <button type="button" disabled={offset === 0} onClick={() => go({ at: 'from', from: 0 })}>
        Beginning
      </button>
      <button type="button" disabled={offset === 0} onClick={() => go({ at: 'before', before: offset })}>
        Earlier
      </button>
      <button type="button" disabled={end === size} onClick={() => go({ at: 'from', from: end })}>
        Later
      </button>
      <button type="button" disabled={end === size} onClick={() => go({ at: 'end' })}>
        End
      </button>
      <span class="hint">
        bytes {offset}–{end} of {size}
      </span>
    </span>
  )
}

function Matches({ found, go }: { found: Found | string | null; go: (from: number) => void }) {
  if (found === null) return <p role="status">Searching …</p>
  if (typeof found === 'string') return <p role="status">{found}</p>
  return (
    <>
      <p role="status">
        {found.isCut
          ? `The first ${found.lines.length} lines that match`
          : `${found.lines.length} lines match`}
      </p>
      <ol class="matches">
        {found.lines.map(({ offset, text }) => (
          <li key={offset + text}>
            <button type="button" class="plain" onClick={() => go(offset)}>
              <code>{harmless(text)}</code>
            </button>
          </li>
        ))}
      </ol>
    </>
  )
}

function Lines({ text, isPatch }: { text: string; isPatch: boolean }) {
  const lines = outputLines(text).slice(-5_000)
  if (!isPatch) return <>{lines.join('\n')}</>
  return (
    <>
      {lines.map((line, nth) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines keep nothing
        <span key={nth} class={kindOf(line)}>{`${line}\n`}</span>
      ))}
    </>
  )
}

function kindOf(line: string): string {
  if (/^(\+\+\+|---|diff |index )/.test(line)) return 'file'
  if (line.startsWith('@@')) return 'place'
  if (line.startsWith('+')) return 'added'
  return line.startsWith('-') ? 'removed' : ''
}

/** What the server answers; null while it has not, a sentence where it refuses. Asked again and again while it grows. */
function useAsked<T>(
  ask: () => Promise<T>,
  inputs: readonly unknown[],
  isGrowing: boolean,
  delayMs = 0,
): T | string | null {
  const [answer, setAnswer] = useState<T | string | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is asked follows from the inputs
  useEffect(() => {
    let isCurrent = true
    const look = (): void => {
      ask().then(
        (found) => isCurrent && setAnswer(found as never),
        (thrown: Error) => isCurrent && setAnswer(thrown.message),
      )
    }
    setAnswer(null)
    const first = setTimeout(look, delayMs)
    const again = isGrowing ? setInterval(look, lookMs) : undefined
    return () => {
      isCurrent = false
      clearTimeout(first)
      clearInterval(again)
    }
  }, [...inputs, isGrowing])
  return answer
}
