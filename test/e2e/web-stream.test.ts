import { expect, onTestFinished, test } from 'vitest'
import { openMemoryEventLog } from '../../src/adapters/memory/event-log.ts'
import { taskStream } from '../../src/events/event.ts'
import { assetsIn } from '../../src/web/assets.ts'
import { serveWeb } from '../../src/web/serve.ts'
import { browserFile, openBrowser } from '../support/browser.ts'
import { context, countingIds, now } from '../support/examples.ts'
import { queued } from '../support/task-facts.ts'
import { goTo, openLink } from '../support/web-page.ts'

const token = 'a-token-for-this-test'

test.skipIf(browserFile === null)(
  'a stream that was cut goes on where it was: no event is missing or twice (skipped where there is no chromium)',
  { timeout: 120_000 },
  async () => {
    const log = openMemoryEventLog({ clock: { now: () => now }, newId: countingIds() })
    let count = 0
    const write = async (more: number): Promise<void> => {
      for (const end = count + more; count < end; count += 1) {
        const stream = taskStream('tasks.json', `T-${count}`)
        await log.append([{ stream, expectedVersion: 0, events: [queued] }], context)
      }
    }
    const serve = (port: number) =>
      serveWeb(
        {
          log,
          files: null,
          assets: assetsIn('dist/web'),
          place: { project: 'here', dailyBudgetUsd: null, isRecording: false },
          present: async () => ({ position: 0, at: '', board: [], costs: [], loops: [] }),
          plugins: async () => [],
          act: async () => 'done',
        },
        { port, token },
      )

    await write(10)
    const first = await serve(0)
    const browser = await openBrowser()
    onTestFinished(() => browser.close())
    const page = await browser.newPage()
    await openLink(page, first.url)
    await write(10) // these come by the stream
    await goTo(page, 'events')
    const seen = () => page.locator('.events > li').count()
    await expect.poll(seen, { timeout: 20_000 }).toBe(20)

    let server = first
    onTestFinished(() => server.close())
    for (const round of [1, 2]) {
      await server.close()
      await page.getByText('The connection is cut').waitFor()
      await write(10)
      server = await serve(Number(new URL(first.url).port))
      await expect.poll(seen, { timeout: 30_000 }).toBe(20 + round * 10)
    }
    await write(5)
    await expect.poll(seen, { timeout: 20_000 }).toBe(45)
    const positions = await page.evaluate(
      `[...document.querySelectorAll('.events > li')].map(({ value }) => value)`,
    )
    expect(positions).toEqual(Array.from({ length: 45 }, (_, nth) => 45 - nth))
  },
)
