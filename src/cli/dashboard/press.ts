import { type Scene, tabNames } from './scene.ts'
import { type Act, chosenLoop, selection, type Ui } from './ui.ts'

/** A key as the terminal tells it: what it types, or its name. */
export type Press = {
  readonly text: string
  readonly name:
    | 'up'
    | 'down'
    | 'left'
    | 'right'
    | 'pageUp'
    | 'pageDown'
    | 'home'
    | 'end'
    | 'enter'
    | 'escape'
    | 'tab'
    | 'backspace'
    | 'interrupt'
    | null
}

export type Pressed = { readonly ui: Ui; readonly act: Act | null }

/** How far a page up or down goes, in lines. */
const pageLines = 10
const farBack = 1_000_000

/** What a key does: another choice of what is seen, and perhaps something asked for. */
export function press(ui: Ui, key: Press, scene: Scene): Pressed {
  if (key.name === 'interrupt') return { ui, act: { do: 'quit' } }
  if (ui.question) return answer(ui, ui.question, key)
  if (ui.isFiltering) return stay(typeFilter(ui, key))
  const quiet = { ...ui, notice: '' }
  return letters[key.text]?.(quiet, scene) ?? stay(move(quiet, key, scene))
}

const stay = (ui: Ui): Pressed => ({ ui, act: null })

function answer(ui: Ui, { act }: NonNullable<Ui['question']>, { text }: Press): Pressed {
  const closed = { ...ui, question: null }
  return text.toLowerCase() === 'y' ? { ui: closed, act } : stay({ ...closed, notice: 'left as it is' })
}

function typeFilter(ui: Ui, { text, name }: Press): Ui {
  if (name === 'enter') return { ...ui, isFiltering: false }
  if (name === 'escape') return { ...ui, isFiltering: false, filter: '' }
  if (name === 'backspace') return { ...ui, filter: [...ui.filter].slice(0, -1).join('') }
  return { ...ui, filter: ui.filter + (name === null ? text : '') }
}

const letters: Readonly<Record<string, (ui: Ui, scene: Scene) => Pressed>> = {
  q: (ui) => (ui.page === 'board' ? { ui, act: { do: 'quit' } } : stay(home(ui))),
  '?': (ui) => stay({ ...ui, page: ui.page === 'help' ? 'board' : 'help' }),
  '/': (ui) => stay({ ...ui, page: 'board', isFiltering: true }),
  j: (ui, scene) => stay(move(ui, { text: '', name: 'down' }, scene)),
  k: (ui, scene) => stay(move(ui, { text: '', name: 'up' }, scene)),
  h: (ui, scene) => stay(move(ui, { text: '', name: 'left' }, scene)),
  l: (ui, scene) => open(ui, 'output', scene),
  n: (ui, scene) => stay({ ...ui, namespace: nextNamespace(ui, scene) }),
  p: (ui, scene) => {
    const loop = chosenLoop(ui, scene)
    if (!loop) return stay({ ...ui, notice: 'nothing has run here yet' })
    return { ui, act: { do: loop.pause ? 'continue' : 'pause', namespace: loop.namespace } }
  },
  s: (ui, scene) => aboutTask(ui, scene, 'skip', 'Skip'),
  r: (ui, scene) => aboutTask(ui, scene, 'retry', 'Put back to the start'),
  x: (ui, scene) => aboutLoop(ui, scene, 'stop', 'Let the running attempt end and stop'),
  X: (ui, scene) => aboutLoop(ui, scene, 'kill', 'End the running attempt at once and stop'),
}

const home = (ui: Ui): Ui => ({ ...ui, page: 'board', back: 0 })

function move(ui: Ui, { name }: Press, scene: Scene): Ui {
  if (name === 'escape') return ui.page === 'board' ? { ...ui, filter: '' } : home(ui)
  if (name === 'enter' && ui.page === 'board') return open(ui, 'story', scene).ui
  const lines = steps[name ?? 'enter'] ?? 0
  if (ui.page !== 'board') return { ...ui, back: Math.max(0, ui.back - lines) }
  if (name === 'tab' || name === 'right') return { ...ui, tab: turned(ui.tab, 1), selected: null }
  if (name === 'left') return { ...ui, tab: turned(ui.tab, -1), selected: null }
  const { tasks, at } = selection(ui, scene)
  const to = Math.min(tasks.length - 1, Math.max(0, at + lines))
  return { ...ui, selected: tasks[to]?.stream ?? null }
}

const steps: Readonly<Record<string, number>> = {
  up: -1,
  down: 1,
  pageUp: -pageLines,
  pageDown: pageLines,
  home: -farBack,
  end: farBack,
}

function turned(tab: Ui['tab'], by: 1 | -1): Ui['tab'] {
  const at = tabNames.indexOf(tab) + by + tabNames.length
  return tabNames[at % tabNames.length] ?? 'all'
}

function nextNamespace(ui: Ui, scene: Scene): string | null {
  const at = scene.loops.findIndex(({ namespace }) => namespace === chosenLoop(ui, scene)?.namespace)
  return scene.loops[(at + 1) % Math.max(1, scene.loops.length)]?.namespace ?? null
}

function open(ui: Ui, page: 'story' | 'output', scene: Scene): Pressed {
  const { task } = selection(ui, scene)
  return stay(task ? { ...ui, page, back: 0, selected: task.stream } : { ...ui, notice: 'no task is chosen' })
}

function aboutTask(ui: Ui, scene: Scene, what: 'skip' | 'retry', asked: string): Pressed {
  const { task } = selection(ui, scene)
  if (!task) return stay({ ...ui, notice: 'no task is chosen' })
  return stay({ ...ui, question: { text: `${asked}: ${task.id}?`, act: { do: what, task: task.id } } })
}

function aboutLoop(ui: Ui, scene: Scene, what: 'stop' | 'kill', asked: string): Pressed {
  const loop = chosenLoop(ui, scene)
  if (!loop?.pid) return stay({ ...ui, notice: 'no loop runs' })
  const { namespace } = loop
  return stay({ ...ui, question: { text: `${asked}: ${namespace}?`, act: { do: what, namespace } } })
}
