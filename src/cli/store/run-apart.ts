import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { type FailureCode, LoopworkError } from '../../errors.ts'
import type { Io } from '../io.ts'

/** What a part of this program answered that was run in a process of its own. */
export type Apart<Answer> = { readonly answer: Answer } | { readonly diedOf: string }

/**
 * Runs a command of this program in a process of its own and gives its JSON answer. Reading a damaged store can
 * end the process that does it; that is then seen from here.
 */
export async function runApart<Answer>(words: readonly string[], io: Io): Promise<Apart<Answer>> {
  const [node, ...program] = io.program
  const child = spawn(node, [...program, ...words, '--json'], {
    cwd: io.cwd,
    env: { ...io.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const stop = io.onSignal(['SIGINT', 'SIGTERM'], () => child.kill())
  const ended = new Promise<NodeJS.Signals | number>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve(signal ?? code ?? 1))
  })
  const [out, err, end] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  stop()
  if (typeof end === 'string') return { diedOf: end }
  const answer = parsed(out) as (Answer & { error?: Named }) | null
  if (answer?.error) throw new LoopworkError(answer.error.code, answer.error.message, hintOf(answer.error))
  if (answer === null || end !== 0) return { diedOf: err.trim().split('\n')[0] ?? `exit ${end}` }
  return { answer }
}

type Named = { readonly code: FailureCode; readonly message: string; readonly hint: string | null }

function hintOf({ hint }: Named): { hint?: string } {
  return hint === null ? {} : { hint }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null // it broke off
  }
}
