import { LoopworkError } from '../../errors.ts'

/** What `--lines` says, checked. */
export function lineCount(lines: number): number {
  if (Number.isInteger(lines) && lines >= 0) return lines
  throw new LoopworkError('invalid', `--lines must be a whole number from 0, found ${lines}`, {
    hint: 'Write `--lines 200`.',
  })
}
