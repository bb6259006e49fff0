import { Box } from 'ink'
import { Board } from './panels/board.tsx'
import { Events } from './panels/events.tsx'
import { Footer } from './panels/footer.tsx'
import { Loops, loopsHeight } from './panels/loops.tsx'
import { Output } from './panels/output.tsx'
import { HelpPage, OutputPage, StoryPage } from './panels/pages.tsx'
import type { EventLine, Scene } from './scene.ts'
import { selection, type Ui } from './ui.ts'

/** From this width on the board and the output stand side by side. */
const wide = 110

export type Size = { readonly columns: number; readonly rows: number }

/** What a page about one task shows, as far as it has been read. */
export type Reading = {
  readonly story: readonly EventLine[] | null
  readonly output: readonly string[] | null
}

type Props = {
  readonly scene: Scene
  readonly ui: Ui
  readonly size: Size
  readonly reading: Reading
  /** A picture that hears no keys. */
  readonly isStill?: boolean
}

/** The whole dashboard, exactly as large as it is told to be. */
export function Screen({ scene, ui, size, reading, isStill = false }: Props) {
  const height = Math.max(4, size.rows - loopsHeight(scene) - 2)
  return (
    <Box flexDirection="column" width={size.columns} height={size.rows} overflow="hidden">
      <Loops scene={scene} ui={ui} width={size.columns} />
      <Box height={1} flexShrink={0} />
      {ui.page === 'board' ? (
        <BoardPage scene={scene} ui={ui} size={size} height={height} />
      ) : (
        <Page scene={scene} ui={ui} reading={reading} height={height} />
      )}
      {!isStill && <Footer ui={ui} />}
    </Box>
  )
}

function BoardPage(props: { scene: Scene; ui: Ui; size: Size; height: number }) {
  const { scene, ui, size, height } = props
  const events = Math.min(12, Math.floor(height / 4))
  const rest = height - events
  if (size.columns >= wide) {
    const half = Math.floor(size.columns / 2)
    return (
      <Box flexDirection="column" height={height} flexShrink={0}>
        <Box height={rest}>
          <Box width={half - 1} marginRight={1} flexDirection="column">
            <Board scene={scene} ui={ui} height={rest} />
          </Box>
          <Box width={size.columns - half} flexDirection="column">
            <Output scene={scene} ui={ui} height={rest} />
          </Box>
        </Box>
        {events >= 3 && <Events scene={scene} height={events} />}
      </Box>
    )
  }
  const output = Math.floor(rest / 3)
  return (
    <Box flexDirection="column" height={height} flexShrink={0}>
      <Board scene={scene} ui={ui} height={rest - output} />
      {output >= 2 && <Output scene={scene} ui={ui} height={output} />}
      {events >= 3 && <Events scene={scene} height={events} />}
    </Box>
  )
}

function Page({ scene, ui, reading, height }: Omit<Props, 'size' | 'isStill'> & { height: number }) {
  const { task } = selection(ui, scene)
  const name = task ? `${task.id} ${task.title}` : ''
  const { back, page } = ui
  if (page === 'story') return <StoryPage title={name} lines={reading.story} back={back} height={height} />
  if (page === 'output') return <OutputPage title={name} lines={reading.output} back={back} height={height} />
  return <HelpPage height={height} />
}
