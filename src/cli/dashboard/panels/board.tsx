import { Box, Text } from 'ink'
import type { TaskRow, TaskState } from '../../../projections/task-row.ts'
import { duration } from '../../../projections/wording.ts'
import { isLeft } from '../../status/left-attempt.ts'
import { fitted } from '../plain.ts'
import { countIn, type Scene, tabNames } from '../scene.ts'
import { selection, type Ui } from '../ui.ts'

const looks: Readonly<Record<TaskState, readonly [mark: string, colour: string, word: string]>> = {
  queued: ['·', 'white', 'queued'],
  blocked: ['⊘', 'gray', 'blocked'],
  taken: ['☞', 'cyan', 'in hand'],
  claimed: ['▶', 'cyan', 'starting'],
  running: ['▶', 'cyan', 'running'],
  verifying: ['▶', 'magenta', 'checking'],
  waitingToRetry: ['…', 'yellow', 'retries'],
  waitingForLimit: ['…', 'yellow', 'limit'],
  needsPerson: ['!', 'red', 'needs you'],
  completed: ['✓', 'green', 'done'],
  failed: ['✗', 'red', 'failed'],
  cancelled: ['-', 'gray', 'cancelled'],
  skipped: ['-', 'gray', 'skipped'],
  removed: ['-', 'gray', 'removed'],
}

/** How an attempt looks that its loop no longer looks after. */
const left = ['?', 'yellow', 'left'] as const

/** The tasks of the chosen column, with the chosen one in sight. */
export function Board({ scene, ui, height }: { scene: Scene; ui: Ui; height: number }) {
  const { tasks, at } = selection(ui, scene)
  const rows = Math.max(1, height - 2)
  const from = Math.max(0, Math.min(at - Math.floor(rows / 2), tasks.length - rows))
  const now = new Date(scene.now)
  return (
    <Box flexDirection="column" height={height} overflow="hidden" flexShrink={0}>
      <Text wrap="truncate">
        {tabNames.map((tab) => (
          <Text key={tab} bold={tab === ui.tab} inverse={tab === ui.tab}>
            {tab === ui.tab ? `[${tab} ${countIn(scene, tab)}]` : ` ${tab} ${countIn(scene, tab)} `}
          </Text>
        ))}
      </Text>
      {(ui.isFiltering || ui.filter !== '') && (
        <Text wrap="truncate" color="cyan">
          / {ui.filter}
          {ui.isFiltering ? '▏' : ''}
        </Text>
      )}
      {tasks.length === 0 && <Text dimColor>No tasks here.</Text>}
      {tasks.slice(from, from + rows).map((task, nth) => (
        <Row
          key={task.stream}
          task={task}
          now={now}
          isChosen={from + nth === at}
          isLeft={!task.open?.done && isLeft(task.open?.namespace ?? null, scene.loops)}
        />
      ))}
    </Box>
  )
}

type Shown = { task: TaskRow; now: Date; isChosen: boolean; isLeft: boolean }

function Row({ task, now, isChosen, isLeft }: Shown) {
  const [mark, colour, word] = isLeft ? left : looks[task.state]
  const waits = task.notBefore ? ` (${duration(new Date(task.notBefore).getTime() - now.getTime())})` : ''
  const since = duration(now.getTime() - new Date(task.open?.since ?? task.since).getTime())
  const tries = task.attempts > 1 ? ` ×${task.attempts}` : ''
  const why =
    task.reason && (task.state === 'failed' || task.state === 'needsPerson') ? `: ${task.reason}` : ''
  return (
    <Text wrap="truncate" inverse={isChosen}>
      {isChosen ? '▸' : ' '}
      <Text color={colour}>
        {mark} {fitted(word, 9)}
      </Text>{' '}
      {fitted(task.id, 13)} {task.title}
      {tries}
      {task.open ? ` ${since}` : ''}
      {waits}
      {why}
    </Text>
  )
}
