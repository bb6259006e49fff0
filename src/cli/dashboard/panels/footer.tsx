import { Text } from 'ink'
import type { Ui } from '../ui.ts'

/** The last line: the question that is open, what became of the last thing asked for, or the keys. */
export function Footer({ ui }: { ui: Ui }) {
  if (ui.question) {
    return (
      <Text bold color="yellow" wrap="truncate">
        {ui.question.text} y/n
      </Text>
    )
  }
  if (ui.notice !== '') {
    return (
      <Text color="cyan" wrap="truncate">
        {ui.notice}
      </Text>
    )
  }
  const keys =
    ui.page === 'board'
      ? '? keys  q quit  ↑↓ choose  ←→ column  / filter  ⏎ story  l output  p pause  s skip  r retry  x stop'
      : '? keys  q back  ↑↓ scroll'
  return (
    <Text dimColor wrap="truncate">
      {keys}
    </Text>
  )
}
