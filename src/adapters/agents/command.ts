import { LoopworkError } from '../../errors.ts'
import type { Usage } from '../../events/shapes.ts'
import type { Agent, AgentExit, AgentReader, AgentResult } from '../../ports/agent.ts'
import { endedByUs } from './ended-by-us.ts'
import { firstLine } from './first-line.ts'

/** Longest argument that Linux takes, in bytes. */
const longestArgument = 131_072

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
  let used: Usage | null = null
  let lastOut = ''
  let lastError = ''
  return {
    read: (source, line) => {
      if (line.trim() === '') return []
      if (source === 'stdout') lastOut = line
      else lastError = line
      used = usageIn(line) ?? used
      return [{ kind: 'text', text: line }]
    },
    usage: () => used,
    session: () => null,
    model: () => null,
    end: (exit) => endedByUs(exit) ?? byStatus(exit, lastOut, lastError),
  }
}

function byStatus({ code, signal }: AgentExit, lastOut: string, lastError: string): AgentResult {
  if (code === 0) return { ok: true, summary: firstLine(lastOut) || 'it exited with 0' }
  const how = signal ? `it was ended by ${signal}` : `it exited with ${code}`
  const said = firstLine(lastError || lastOut)
  return { ok: false, kind: 'crash', reason: said ? `${how}: ${said}` : how }
}

/** Usage as programs write it in plain words; dollars are not told. */
const patterns: readonly RegExp[] = [
  /Tokens:\s*([\d,]+)\s*input,\s*([\d,]+)\s*output/i,
  /Usage:\s*([\d,]+)\s*prompt tokens,\s*([\d,]+)\s*completion tokens/i,
  /"?input_tokens"?\s*:\s*(\d+).*?"?output_tokens"?\s*:\s*(\d+)/i,
]

function usageIn(line: string): Usage | null {
  const found = patterns.map((pattern) => pattern.exec(line)).find((match) => match !== null)
  if (!found) return null
  const count = (text: string | undefined) => Number((text ?? '0').replaceAll(',', ''))
  const tokens = {
    input: count(found[1]),
    output: count(found[2]),
    cacheRead: 0,
    cacheWrite: 0,
    reasoning: 0,
  }
  return { models: { unknown: tokens }, costUsd: null, costSource: 'unknown' }
}
