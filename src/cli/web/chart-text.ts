import { subjects } from '../../machines/subjects.ts'
import { svgOf } from '../../web/chart-svg.ts'
import { chartOf } from '../../web/charts.ts'
import { mermaidOf } from '../../web/mermaid.ts'

/** What a chart can be exported as. */
export const chartFormats = ['mermaid', 'svg', 'json'] as const
export type ChartFormat = (typeof chartFormats)[number]

/** A chart as text; the present state stands out where one is given. */
export function chartText(format: ChartFormat, subject: keyof typeof subjects, state: string | null): string {
  const { machine } = subjects[subject]
  switch (format) {
    case 'mermaid':
      return mermaidOf(machine, state)
    case 'svg':
      return svgOf(chartOf(machine), state)
    case 'json':
      return `${JSON.stringify({ schema: 'loopwork/chart@1', ...chartOf(machine), state }, null, 2)}\n`
  }
}
