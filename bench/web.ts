// What the web app does with a long log: how soon it is drawn, how smoothly the past is looked through, what it takes.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Page } from 'playwright-core'
import { browserFile, openBrowser } from '../test/support/browser.ts'
import { median, report, whole } from './figure.ts'
import { projectWith } from './million.ts'

const events = 100_000
const tasks = 5_000
const frames = 150
const pages = ['board', 'timeline', 'costs', 'graph', 'loops', 'events', 'inspect']

if (!browserFile) throw new Error('there is no chromium here')
const project = await projectWith(events, events / tasks)
const server = spawn(process.execPath, [resolve('dist/cli/main.js'), 'ui', '--json'], {
  cwd: project,
  stdio: ['ignore', 'pipe', 'inherit'],
})
const [told] = (await once(server.stdout, 'data')) as [Buffer]
const { url } = JSON.parse(told.toString()) as { url: string }

process.once('uncaughtExceptionMonitor', () => server.kill())
const browser = await openBrowser()
const page = await browser.newPage({ viewport: { width: 1400, height: 900 } })

const firstViews: number[] = []
for (let round = 0; round < 5; round += 1) {
  await page.goto('about:blank')
  let answered = 0
  page.once('response', () => {
    answered = performance.now()
  })
  await page.goto(url, { waitUntil: 'commit' })
  await page.waitForSelector('.board .card')
  firstViews.push(performance.now() - answered)
}
figure(
  'first view of 5,000 tasks',
  `${whole(median(firstViews))} ms`,
  '< 1,000 ms',
  median(firstViews) < 1_000,
)

const begun = performance.now()
await page.waitForSelector('.slider input:enabled', { timeout: 300_000 })
figure('the whole log, read behind it', `${whole(performance.now() - begun)} ms more`, '', null)

for (const name of pages) {
  await page.evaluate(`location.hash = '#/${name}'`)
  const took = await scrub(page)
  const fps = 1_000 / (took.reduce((sum, one) => sum + one, 0) / took.length)
  const worst = [...took].sort((a, b) => a - b)[Math.floor(took.length * 0.95)] ?? 0
  figure(
    `scrubbing, ${name}`,
    `${whole(fps)} a second, 95 % under ${whole(worst)} ms`,
    '≥ 30 a second',
    fps >= 30,
  )
}

await page.evaluate(`location.hash = '#/board'`)
const session = await page.context().newCDPSession(page)
await session.send('HeapProfiler.collectGarbage')
const heap = Number(await page.evaluate('performance.memory.usedJSHeapSize'))
figure('memory of the page', `${whole(heap / 1e6)} MB`, '', null)
const status = readFileSync(`/proc/${server.pid}/status`, 'utf8')
const megabytes = (name: string): string =>
  whole(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1e3)
figure(
  'memory of the server',
  `${megabytes('RssAnon')} MB, and ${megabytes('RssFile')} MB of mapped files`,
  '',
  null,
)
await browser.close()
server.kill()

/** Milliseconds between frames while the slider goes back and forth through the log, and jumps. */
async function scrub(on: Page): Promise<number[]> {
  return (await on.evaluate(`new Promise((resolve) => {
    const slider = document.querySelector('.slider input')
    const head = Number(slider.max), took = []
    let before = performance.now()
    const next = () => {
      const now = performance.now()
      took.push(now - before)
      before = now
      const nth = took.length
      if (nth > ${frames}) return resolve(took.slice(1))
      const part = nth % 3 === 0 ? (nth * 0.618) % 1 : Math.abs(((nth / ${frames}) * 2) % 2 - 1)
      slider.value = String(Math.round(head * part))
      slider.dispatchEvent(new Event('input', { bubbles: true }))
      requestAnimationFrame(next)
    }
    requestAnimationFrame(next)
  })`)) as number[]
}

function figure(name: string, ours: string, aim: string, isMet: boolean | null): void {
  console.log(`  ${name}: ${ours}`)
  report({ name: `web, ${whole(events)} events: ${name}`, ours, peer: '', ratio: '', aim, isMet })
}
