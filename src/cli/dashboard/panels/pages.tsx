import { Box, Text } from 'ink'
import type { EventLine } from '../scene.ts'
import { EventText } from './events.tsx'
import { Frame } from './frame.tsx'

/** What a page that is longer than the screen shows: the end of it, or as far back as was asked for. */
function windowOf<T>(lines: readonly T[], height: number, back: number): readonly T[] {
  const rows = Math.max(1, height - 1)
  const end = Math.max(rows, lines.length - Math.min(back, Math.max(0, lines.length - rows)))
  return lines.slice(Math.max(0, end - rows), end)
}

type PageProps<T> = {
  readonly title: string
  /** Null while it is being read. */
  readonly lines: readonly T[] | null
  readonly back: number
  readonly height: number
}

/** The whole life of one task. */
export function StoryPage({ title, lines, back, height }: PageProps<EventLine>) {
  return (
    <Frame title={title} height={height}>
      {lines === null && <Text dimColor>…</Text>}
      {windowOf(lines ?? [], height, back).map((line, nth) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two lines may be alike, and the list is redrawn whole
        <EventText key={nth} line={line} />
      ))}
    </Frame>
  )
}

/** What the last attempt at one task has printed. */
export function OutputPage({ title, lines, back, height }: PageProps<string>) {
  return (
    <Frame title={title} height={height}>
      {lines === null && <Text dimColor>…</Text>}
      {lines?.length === 0 && <Text dimColor>Nothing was printed.</Text>}
      {windowOf(lines ?? [], height, back).map((line, nth) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no names, and the list is redrawn whole
        <Text key={nth} wrap="truncate">
          {line || ' '}
        </Text>
      ))}
    </Frame>
  )
}

const keys = [
  ['↑ ↓  j k', 'choose a task; scroll a page'],
  ['← →  tab', 'another column of the board'],
  ['/', 'filter by id, title or feature; esc clears it'],
  ['enter', 'the story of the chosen task'],
  ['l', 'the output of its last attempt'],
  ['n', 'choose another namespace'],
  ['p', 'pause the chosen namespace, or let it go on'],
  ['s', 'skip the chosen task (asks)'],
  ['r', 'put it back to the start, to be tried again (asks)'],
  ['x', 'let the running attempt end, then stop the loop (asks)'],
  ['X', 'end the running attempt at once, then stop the loop (asks)'],
  ['q', 'back to the board; from there, leave'],
] as const

export function HelpPage({ height }: { height: number }) {
  return (
    <Frame title="Keys" height={height}>
      {keys.map(([key, what]) => (
        <Box key={key}>
          <Box width={12} flexShrink={0}>
            <Text bold>{key}</Text>
          </Box>
          <Text wrap="truncate">{what}</Text>
        </Box>
      ))}
    </Frame>
  )
}
