import { LoopworkError } from '../../errors.ts'
import type { Usage } from '../../events/shapes.ts'
import type { Agent, AgentExit, AgentReader, AgentResult } from '../../ports/agent.ts'
import { endedByUs } from './ended-by-us.ts'
import { firstLine } from './first-line.ts'
import { asCount } from './record.ts'

/** Longest argument that Linux takes, in bytes. */
const longestArgument = 131_072

/** How much of the end of its output is searched for its usage, in characters. */
const searched = 4_000

/**
 * Any program as an agent: the prompt arrives on standard input, or as an argument in the place of `{prompt}`;
 * `{promptFile}` stands for the file that holds it. Its exit status says how it went.
 */
export function commandAgent(given: {
  readonly name: string
  readonly file: string
  readonly args: readonly string[]
  readonly promptAs: 'stdin' | 'argument'
  readonly locate?: (file: string) => Promise<string>
}): Agent {
  const { name, file, args, promptAs, locate } = given
  return {
    name,
    structured: false,
    launch: async ({ prompt, promptFile }) => {
      const isNamed = args.some((arg) => arg.includes('{prompt}') || arg.includes('{promptFile}'))
      const wanted = promptAs === 'argument' && !isNamed ? [...args, '{prompt}'] : args
      const filled = wanted.map((arg) => {
        const withFile = arg.replaceAll('{promptFile}', () => promptFile)
        return withFile.includes('{prompt}') ? withFile.replaceAll('{prompt}', () => prompt()) : withFile
      })
      assertShort(filled)
      return {
        file: locate ? await locate(file) : file,
        args: filled,
        env: {},
        stdin: promptAs === 'stdin' && !isNamed ? 'prompt' : 'nothing',
      }
    },
    reader: createReader,
  }
}

function assertShort(args: readonly string[]): void {
  const long = args.find((arg) => Buffer.byteLength(arg) >= longestArgument)
  if (long === undefined) return
  throw new LoopworkError(
    'invalid',
    `the prompt has ${Buffer.byteLength(long)} bytes, more than an argument can hold`,
    { hint: "Give it on standard input: `command: { prompt: 'stdin' }`." },
  )
}

function createReader(): AgentReader {
  const ends = { stdout: '', stderr: '' }
  let lastOut = ''
  let lastError = ''
  return {
    read: (source, line) => {
      if (line.trim() === '') return []
      if (source === 'stdout') lastOut = line
      else lastError = line
      ends[source] = `${ends[source]}\n${line}`.slice(-searched)
      return [{ kind: 'text', text: line }]
    },
    usage: () => usageIn(ends.stdout) ?? usageIn(ends.stderr),
    session: () => null,
    model: () => null,
    end: (exit) => endedByUs(exit) ?? byStatus(exit, lastOut, lastError),
  }
}

function byStatus({ code, signal }: AgentExit, lastOut: string, lastError: string): AgentResult {
  if (code === 0) return { ok: true, summary: firstLine(lastOut) || 'it exited with 0' }
  const how = signal ? `it was ended by ${signal}` : `it exited with ${code}`
  const said = firstLine(lastError || lastOut)
  return { ok: false, kind: 'crash', reason: firstLine(said ? `${how}: ${said}` : how) }
}

/** Usage as programs write it in plain words or as JSON, however laid out; dollars are not told. */
const patterns: readonly RegExp[] = [
  /\bTokens:\s*(?<input>[\d,]+)\s*input,\s*(?<output>[\d,]+)\s*output/gi,
  /\bUsage:\s*(?<input>[\d,]+)\s*prompt tokens,\s*(?<output>[\d,]+)\s*completion tokens/gi,
  /(?<!\w)input_tokens"?\s*:\s*(?<input>\d+)[\s\S]{0,500}?(?<!\w)output_tokens"?\s*:\s*(?<output>\d+)/gi,
  /(?<!\w)output_tokens"?\s*:\s*(?<output>\d+)[\s\S]{0,500}?(?<!\w)input_tokens"?\s*:\s*(?<input>\d+)/gi,
]

/** The last that is told: totals stand at the end. */
function usageIn(text: string): Usage | null {
  const found = patterns.flatMap((pattern) => [...text.matchAll(pattern)])
  const last = found.sort((a, b) => a.index - b.index).at(-1)
  if (!last) return null
  const count = (digits = ''): number => asCount(Number(digits.replaceAll(',', '')))
  const { input, output } = last.groups ?? {}
  const tokens = { input: count(input), output: count(output), cacheRead: 0, cacheWrite: 0, reasoning: 0 }
  return { models: { unknown: tokens }, costUsd: null, costSource: 'unknown' }
}
