import { useEffect, useState } from 'preact/hooks'
import { linkTo } from './route.ts'
import type { Store } from './store.ts'

const told = [
  ['1 … 7', 'open a page'],
  ['/', 'go to the filter'],
  ['← →', 'one event back or on; with Shift a hundred'],
  ['Home', 'the beginning of the log'],
  ['End', 'the present'],
  ['?', 'this help; Escape closes it'],
] as const

/** What keys do wherever nothing is being typed, and a help that says so. */
export function Keys({ store, pages }: { store: Store; pages: readonly string[] }) {
  const [isOpen, setOpen] = useState(false)
  useEffect(() => {
    const hear = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') setOpen(false)
      if (event.ctrlKey || event.metaKey || event.altKey || hasKeysOfItsOwn(event.target)) return
      if (event.key === '?') setOpen((before) => !before)
      else if (!act(event, store, pages)) return
      event.preventDefault()
    }
    addEventListener('keydown', hear)
    return () => removeEventListener('keydown', hear)
  }, [store, pages])
  return (
    <>
      <button type="button" class="plain" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        Keys
      </button>
      {isOpen && (
        <section class="help" aria-label="Keys">
          <dl>
            {told.map(([keys, meaning]) => (
              <div key={keys}>
                <dt>
                  <kbd>{keys}</kbd>
                </dt>
                <dd>{meaning}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
    </>
  )
}

/** What is typed into, and what scrolls, keeps its keys. */
function hasKeysOfItsOwn(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, select, textarea, [tabindex]')
}

function act({ key, shiftKey }: KeyboardEvent, store: Store, pages: readonly string[]): boolean {
  const { shown, head, loading } = store.state()
  const position = shown ?? head
  const show = (to: number): boolean => {
    if (loading === null) store.show(to >= head ? null : Math.max(0, to))
    return true
  }
  const step = shiftKey ? 100 : 1
  switch (key) {
    case 'ArrowLeft':
      return show(position - step)
    case 'ArrowRight':
      return show(position + step)
    case 'Home':
      return show(0)
    case 'End':
      return show(head)
    case '/':
      document.querySelector<HTMLElement>('main input[type="search"]')?.focus()
      return true
  }
  const page = pages[Number(key) - 1]
  if (page) location.hash = linkTo(page)
  return page !== undefined
}
