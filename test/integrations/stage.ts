import { onTestFinished } from 'vitest'
import type { LoopworkPlugin } from '../../src/index.ts'
import { type PluginStage, stagePlugin } from '../../src/testing.ts'

/** A plugin on a stage that is closed when the test is over. */
export async function staged(
  plugin: LoopworkPlugin,
  given: Parameters<typeof stagePlugin>[1] = {},
): Promise<PluginStage> {
  const stage = await stagePlugin(plugin, given)
  onTestFinished(() => stage.close())
  return stage
}

/** A session of twenty tasks, of which the seventh fails. */
export async function playTwenty(stage: PluginStage): Promise<void> {
  for (let nth = 1; nth <= 20; nth += 1) {
    const reason = nth === 7 ? { reason: 'the tests fail' } : {}
    await stage.work(`T-${nth}`, { title: `Task ${nth}`, ...reason })
  }
  await stage.settled()
}

/** A text in which every service would find something: markup, mentions, entities, long, from right to left. */
export const nasty = `*bold* _it_ \`code\` [link](https://evil.example) <script> &lt; <@123> <!channel> @everyone @here ${'x'.repeat(10_000)} 👩‍👩‍👧‍👦`
export const hebrew = 'שלום עולם'
