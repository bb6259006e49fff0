import type { State, Store } from './store.ts'

/** Which moment of the log is shown: the present, or any position before it. */
export function Slider({ store, state }: { store: Store; state: State }) {
  const { shown, head } = state
  const position = shown ?? head
  const { at } = state.frame
  const show = (to: number): void => store.show(to >= head ? null : Math.max(0, to))
  return (
    <section class={shown === null ? 'slider' : 'slider past'} aria-label="Moment">
      <button
        type="button"
        onClick={() => show(position - 1)}
        disabled={position === 0 || state.loading !== null}
        aria-label="One event back"
      >
        ◀
      </button>
      <input
        type="range"
        min={0}
        max={head}
        value={position}
        disabled={state.loading !== null}
        aria-label="Position in the log"
        aria-valuetext={`event ${position} of ${head}${at ? `, ${at}` : ''}`}
        onInput={({ currentTarget }) => show(Number(currentTarget.value))}
      />
      <button
        type="button"
        onClick={() => show(position + 1)}
        disabled={shown === null}
        aria-label="One event on"
      >
        ▶
      </button>
      <output>
        {position} of {head}
        {at ? ` · ${at.slice(0, 19).replace('T', ' ')} UTC` : ''}
      </output>
      <button
        type="button"
        class={shown === null ? 'live' : 'back'}
        onClick={() => store.show(null)}
        disabled={shown === null}
      >
        {shown === null ? (state.isRecording ? 'The end' : 'Live') : 'Back to the present'}
      </button>
    </section>
  )
}
