import { useEffect, useMemo, useState } from 'preact/hooks'
import { harmless } from '../../projections/harmless.ts'
import type { TaskRow } from '../../projections/task-row.ts'
import { placed } from '../../web/layered.ts'
import type { ViewProps } from '../app.tsx'
import { criticalPath } from '../critical-path.ts'
import { linkTo } from '../route.ts'
import { columnOf, stateText, tasksIn } from '../rows.ts'
import { Head } from './chart.tsx'

const most = 250
const size = { width: 190, height: 42 }

/** What depends on what, what blocks what, and the longest chain that is still to be done. */
export function Graph({ state }: ViewProps) {
  const [isWhole, setWhole] = useState(false)
  const tasks = tasksIn(state.frame)
  const linked = linkedTasks(tasks, isWhole)
  const shown = linked.slice(0, most)
  const shape = useSettled(shown.map(({ id, dependsOn }) => `${id}>${dependsOn.join()}`).join('|'))
  // biome-ignore lint/correctness/useExhaustiveDependencies: the layout follows the shape alone
  const layout = useMemo(() => layoutOf(shown), [shape])
  const chain = criticalPath(tasks)
  const onChain = new Set(chain)
  const byId = new Map(tasks.map((task) => [task.id, task]))
  return (
    <>
      <div class="bar">
        <h2>Dependencies</h2>
        <label>
          <input type="checkbox" checked={isWhole} onChange={() => setWhole(!isWhole)} /> also what is done
        </label>
        <p>
          {chain.length > 1
            ? `The longest chain still to be done: ${chain.map(harmless).join(' → ')}`
            : 'No chain is left to be done.'}
          {linked.length > most ? ` The first ${most} of ${linked.length} tasks are drawn.` : ''}
        </p>
      </div>
      {shown.length === 0 && (
        <p class="empty panel">
          {isWhole ? 'No task depends on another.' : 'No task that is left to be done depends on another.'}
        </p>
      )}
      {shown.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
        <section class="scroll panel" tabIndex={0} aria-label="Graph of dependencies">
          {/* biome-ignore lint/a11y/useSemanticElements: a drawing is no form */}
          <svg
            class="graph"
            width={layout.width}
            height={layout.height}
            role="group"
            aria-label={`${shown.length} tasks that depend on each other`}
          >
            <defs>
              <Head />
            </defs>
            {layout.edges.map(({ from, to, path }) => (
              <path
                key={`${from}>${to}`}
                d={path}
                marker-end="url(#head)"
                class={onChain.has(from) && onChain.has(to) ? 'edge critical' : 'edge'}
              />
            ))}
            {[...layout.nodes].map(([id, { x, y }]) => {
              const task = byId.get(id)
              return (
                <a
                  key={id}
                  href={linkTo('task', task?.stream ?? '')}
                  aria-label={`${harmless(id).slice(0, 22)} ${shortened(harmless(task?.title ?? ''))}, ${stateText(task?.state ?? '')}`}
                >
                  <g
                    transform={`translate(${x - size.width / 2} ${y - size.height / 2})`}
                    class={`node ${task?.state}${onChain.has(id) ? ' critical' : ''}`}
                  >
                    <rect {...size} rx={6} />
                    <text class="name" x={10} y={17}>
                      {harmless(id).slice(0, 22)}
                    </text>
                    <text class="title" x={10} y={33}>
                      {shortened(harmless(task?.title ?? ''))}
                    </text>
                    <title>{`${harmless(task?.title ?? '')}: ${stateText(task?.state ?? '')}`}</title>
                  </g>
                </a>
              )
            })}
          </svg>
        </section>
      )}
    </>
  )
}

const shortened = (title: string): string => (title.length > 27 ? `${title.slice(0, 26)}…` : title)

/** Those that depend on another or that another depends on. */
function linkedTasks(tasks: readonly TaskRow[], isWhole: boolean): TaskRow[] {
  const open = isWhole ? tasks : tasks.filter(({ state }) => columnOf[state] !== 'Done')
  const needed = new Set(open.flatMap(({ dependsOn }) => dependsOn))
  const isOpen = new Set(open)
  return tasks.filter((task) => needed.has(task.id) || (isOpen.has(task) && task.dependsOn.length > 0))
}

/** A value once it has stopped changing: a layout takes too long to be made for every position of the slider. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), 150)
    return () => clearTimeout(timer)
  }, [value])
  return settled
}

function layoutOf(tasks: readonly TaskRow[]) {
  const ids = new Set(tasks.map(({ id }) => id))
  const edges = tasks.flatMap(({ id, dependsOn }) =>
    dependsOn.filter((other) => ids.has(other)).map((other) => ({ from: other, to: id })),
  )
  return placed(
    tasks.map(({ id }) => ({ id, ...size })),
    edges,
    'LR',
  )
}
