import { Text } from 'ink'
import type { Level } from '../../../projections/narration.ts'
import { fitted } from '../plain.ts'
import type { EventLine, Scene } from '../scene.ts'
import { Frame } from './frame.tsx'

const colours: Readonly<Record<Level, string | undefined>> = {
  debug: 'gray',
  info: undefined,
  warn: 'yellow',
  error: 'red',
}

/** What happened last, the newest at the foot. */
export function Events({ scene, height }: { scene: Scene; height: number }) {
  const lines = scene.events.slice(-Math.max(1, height - 1))
  return (
    <Frame title="Events" height={height}>
      {lines.length === 0 && <Text dimColor>Nothing has happened yet.</Text>}
      {lines.map((line, nth) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two lines may be alike, and the list is redrawn whole
        <EventText key={nth} line={line} />
      ))}
    </Frame>
  )
}

export function EventText({ line }: { line: EventLine }) {
  const colour = colours[line.level]
  return (
    <Text wrap="truncate">
      <Text dimColor>{line.at.slice(11, 19)}</Text> {fitted(line.subject, 13)}{' '}
      <Text {...(colour ? { color: colour } : {})}>{line.text}</Text>
    </Text>
  )
}
