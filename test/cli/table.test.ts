import { expect, test } from 'vitest'
import { tableLines } from '../../src/cli/table.ts'

test('columns stand under each other, whatever is in the cells', () => {
  const red = '\u001B[31mred\u001B[39m'
  expect(
    tableLines([
      ['Id', 'What it is', 'Last'],
      ['日本', 'two\nlines', ''],
      [red, '✓', 'end'],
    ]),
  ).toEqual(['Id    What it is  Last', '日本  two', '      lines', `${red}   ✓           end`])
  expect(tableLines([['', '']])).toEqual([''])
})

test('a table of very many rows takes time for each row alone', { timeout: 10_000 }, () => {
  const rows = Array.from({ length: 20_000 }, (_, nth) => [`TASK-${nth}`, 'queued', `Task number ${nth}`])
  const lines = tableLines(rows)
  expect(lines).toHaveLength(20_000)
  expect(lines.at(-1)).toBe('TASK-19999  queued  Task number 19999')
})
