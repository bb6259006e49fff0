import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Activity, AgentExit, AgentReader, AgentResult } from '../../src/ports/agent.ts'

/** When the captured runs were made, more or less: what their limits are dated by. */
export const captured = new Date('2026-11-23T06:10:00Z')

/** Gives a reader what a real agent printed, and judges it with the exit status that the agent had. */
export function replay(
  reader: AgentReader,
  scenario: string,
  endedBy: AgentExit['endedBy'] = 'itself',
): { readonly result: AgentResult; readonly activities: readonly Activity[] } {
  const folder = join('test/fixtures/agents', scenario)
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8')
  const { code, signal } = JSON.parse(read('meta.json')).runs[0].exit
  const activities = [
    ...read('stdout.txt')
      .split('\n')
      .flatMap((line) => reader.read('stdout', line)),
    ...read('stderr.txt')
      .split('\n')
      .flatMap((line) => reader.read('stderr', line)),
  ]
  return { result: reader.end({ code, signal, endedBy }, captured), activities }
}
