import { Text } from 'ink'
import { duration } from '../../../projections/wording.ts'
import type { Scene } from '../scene.ts'
import type { Ui } from '../ui.ts'
import { Frame } from './frame.tsx'

/** The end of what the chosen running task, or the first that runs, has printed. */
export function Output({ scene, ui, height }: { scene: Scene; ui: Ui; height: number }) {
  const running = scene.tasks.filter(({ open }) => open)
  const task = running.find(({ stream }) => stream === ui.selected) ?? running[0]
  if (!task?.open) {
    return (
      <Frame title="Output" height={height}>
        <Text dimColor>No agent runs.</Text>
      </Frame>
    )
  }
  const { agent, model, since, attempt } = task.open
  const took = duration(new Date(scene.now).getTime() - new Date(since).getTime())
  const title = `${task.id} ${agent}${model ? ` ${model}` : ''}, attempt ${attempt}, ${took}`
  const lines = (scene.outputs.get(task.stream) ?? []).slice(-Math.max(1, height - 1))
  return (
    <Frame title={title} height={height}>
      {lines.length === 0 && <Text dimColor>Nothing was printed yet.</Text>}
      {lines.map((line, nth) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no names, and the list is redrawn whole
        <Text key={nth} wrap="truncate">
          {line || ' '}
        </Text>
      ))}
    </Frame>
  )
}
