import { writeFile } from 'node:fs/promises'
import type { LoopworkPlugin } from 'loopwork'

/** Figures of a run, written to a file in the text format of Prometheus when the loop ends. */
export function createMetricsPlugin(file: string): LoopworkPlugin {
  const durations: number[] = []
  return {
    name: 'metrics',
    onTaskComplete: (_, { duration }) => {
      durations.push(duration / 1000)
    },
    onLoopEnd: async ({ completed, failed, duration }) => {
      const sum = durations.reduce((total, seconds) => total + seconds, 0)
      const lines = [
        `loopwork_tasks_total{outcome="completed"} ${completed}`,
        `loopwork_tasks_total{outcome="failed"} ${failed}`,
        `loopwork_task_seconds_sum ${sum}`,
        `loopwork_task_seconds_count ${durations.length}`,
        `loopwork_run_seconds ${duration / 1000}`,
      ]
      await writeFile(file, `${lines.join('\n')}\n`)
    },
  }
}
