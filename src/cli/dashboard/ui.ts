import { type Scene, shownTasks, type Tab } from './scene.ts'

/** What one can ask for with a key, once it is confirmed where it has to be. */
export type Act =
  | { readonly do: 'quit' }
  | { readonly do: 'pause' | 'continue' | 'stop' | 'kill'; readonly namespace: string }
  | { readonly do: 'skip' | 'retry'; readonly task: string }

/** What the person at the keys has chosen to see. */
export type Ui = {
  readonly page: 'board' | 'story' | 'output' | 'help'
  readonly tab: Tab
  /** The chosen task's stream; null for the first one. */
  readonly selected: string | null
  /** The chosen namespace; null for the first one that runs. */
  readonly namespace: string | null
  readonly filter: string
  readonly isFiltering: boolean
  /** Lines back from the end of a page that is longer than the screen. */
  readonly back: number
  /** A question that has to be answered before anything else. */
  readonly question: { readonly text: string; readonly act: Act } | null
  /** What became of the last thing asked for. */
  readonly notice: string
}

export const firstUi: Ui = {
  page: 'board',
  tab: 'all',
  selected: null,
  namespace: null,
  filter: '',
  isFiltering: false,
  back: 0,
  question: null,
  notice: '',
}

/** The tasks on the board, and the place of the chosen one among them; -1 where there are none. */
export function selection(ui: Ui, scene: Scene) {
  const tasks = shownTasks(scene, ui.tab, ui.filter)
  const found = tasks.findIndex(({ stream }) => stream === ui.selected)
  const at = tasks.length === 0 ? -1 : Math.max(0, found)
  return { tasks, at, task: tasks[at] ?? null }
}

/** The chosen namespace: the one asked for, else the first that runs, else the first. */
export function chosenLoop(ui: Ui, { loops }: Scene) {
  const asked = loops.find(({ namespace }) => namespace === ui.namespace)
  return asked ?? loops.find(({ pid }) => pid !== null) ?? loops[0] ?? null
}
