import width from 'fast-string-width'

const gap = 2

/** Rows as lines, each column as wide as its widest cell; a cell may have several lines, and colours. */
export function tableLines(rows: readonly (readonly string[])[]): string[] {
  const cells = rows.map((row) => row.map((cell) => cell.split('\n')))
  const widths: number[] = []
  for (const row of cells) {
    for (const [nth, lines] of row.entries()) {
      for (const line of lines) widths[nth] = Math.max(widths[nth] ?? 0, width(line))
    }
  }
  return cells.flatMap((row) => {
    const height = Math.max(...row.map((lines) => lines.length))
    return Array.from({ length: height }, (_, nth) =>
      row
        .map((lines, column) => padded(lines[nth] ?? '', (widths[column] ?? 0) + gap))
        .join('')
        .replace(/[ \t]+$/, ''),
    )
  })
}

function padded(text: string, to: number): string {
  return text + ' '.repeat(to - width(text))
}
