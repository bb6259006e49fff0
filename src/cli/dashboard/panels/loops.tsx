import { Box, Text } from 'ink'
import { duration, usd } from '../../../projections/wording.ts'
import { costText } from '../../cost-text.ts'
import type { LoopStatus } from '../../status/status-answer.ts'
import { fitted } from '../plain.ts'
import type { Scene } from '../scene.ts'
import { chosenLoop, type Ui } from '../ui.ts'

/** How many namespaces are shown; the others are counted. */
const most = 6

/** How high the panel is for a scene, in lines. */
export function loopsHeight({ loops }: Scene): number {
  return 2 + Math.max(1, Math.min(loops.length, most) + (loops.length > most ? 1 : 0))
}

/** Whose project it is and what it has cost; then each namespace with what it does and what it waits for. */
export function Loops({ scene, ui, width }: { scene: Scene; ui: Ui; width: number }) {
  const chosen = chosenLoop(ui, scene)
  return (
    <Box flexDirection="column" height={loopsHeight(scene)} overflow="hidden" flexShrink={0}>
      <Text wrap="truncate">
        <Text bold>loopwork</Text> {scene.project}
      </Text>
      <Spending scene={scene} width={width} />
      {scene.loops.length === 0 && <Text dimColor>Nothing has run here yet.</Text>}
      {scene.loops.slice(0, most).map((loop) => (
        <Loop key={loop.namespace} loop={loop} scene={scene} isChosen={loop === chosen} />
      ))}
      {scene.loops.length > most && <Text dimColor>… and {scene.loops.length - most} more</Text>}
    </Box>
  )
}

function Spending({ scene, width }: { scene: Scene; width: number }) {
  const { dailyBudgetUsd: budget, today } = scene
  if (budget === null) return <Text wrap="truncate">Today {costText(today)}</Text>
  const share = budget > 0 ? today.costUsd / budget : 1
  const columns = Math.min(20, Math.max(6, width - 44))
  const full = Math.min(columns, Math.round(share * columns))
  const colour = share >= 1 ? 'red' : share >= 0.8 ? 'yellow' : 'green'
  return (
    <Text wrap="truncate">
      Today <Text color={colour}>{'█'.repeat(full)}</Text>
      <Text dimColor>{'░'.repeat(columns - full)}</Text> {usd(today.costUsd)} of {usd(budget)} (
      {Math.round(share * 100)} %)
      {today.unknownCost > 0 ? `, ${today.unknownCost} of unknown cost` : ''}
    </Text>
  )
}

const colours: Readonly<Record<LoopStatus['state'], string>> = {
  running: 'green',
  idle: 'yellow',
  paused: 'yellow',
  draining: 'yellow',
  interrupting: 'yellow',
  silent: 'red',
  stopped: 'gray',
  crashed: 'red',
}

function Loop({ loop, scene, isChosen }: { loop: LoopStatus; scene: Scene; isChosen: boolean }) {
  const now = new Date(scene.now)
  const busy = scene.tasks.filter(({ open }) => open?.namespace === loop.namespace).length
  const since = duration(now.getTime() - new Date(loop.since).getTime())
  const left = loop.until === null ? null : new Date(loop.until).getTime() - now.getTime()
  return (
    <Text wrap="truncate">
      {isChosen ? '▸' : ' '} <Text bold>{fitted(loop.namespace, 12)}</Text>{' '}
      <Text color={colours[loop.state]}>{fitted(loop.state, 8)}</Text> {fitted(since, 7)}{' '}
      {loop.parallel > 1 && `${busy}/${loop.parallel} busy `}
      {left !== null && (
        <Text color="yellow">
          until {clockOf(loop.until)} ({duration(left)}){' '}
        </Text>
      )}
      {loop.pause && loop.state !== 'paused' && <Text color="yellow">paused </Text>}
      {loop.backlogProblem ? <Text color="red">{loop.backlogProblem}</Text> : loop.reason}
    </Text>
  )
}

/** The time of day of an instant, in UTC, with the day where it is not today's. */
function clockOf(instant: string | null): string {
  return instant ? `${instant.slice(5, 16).replace('T', ' ')}Z` : ''
}
