import chalk from 'chalk'
import { renderToString } from 'ink'
import type { Io } from '../io.ts'
import type { Scene } from './scene.ts'
import { Screen } from './screen.tsx'
import { firstUi } from './ui.ts'

/** How many lines a single look may take at most. */
const mostRows = 48

/** The dashboard as text, for a single look. */
export function drawOnce(scene: Scene, { columns, hasColour }: Pick<Io, 'columns' | 'hasColour'>): string {
  chalk.level = hasColour ? 1 : 0
  const rows = Math.min(mostRows, 24 + scene.tasks.length)
  const screen = (
    <Screen
      scene={scene}
      ui={firstUi}
      size={{ columns, rows }}
      reading={{ story: null, output: null }}
      isStill
    />
  )
  return renderToString(screen, { columns })
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .trimEnd()
}
