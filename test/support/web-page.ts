import { mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

/** Every page that the navigation leads to. */
export const pages = ['board', 'timeline', 'costs', 'graph', 'loops', 'events', 'inspect'] as const

const axeFile = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
const folder = 'test/e2e/screenshots'

/** Opens a link and waits until the whole log has been read. */
export async function openLink(page: Page, url: string): Promise<void> {
  await page.goto(url)
  await page.waitForSelector('.slider input:enabled')
}

/** Goes to a page of the app and waits until it has been drawn. */
export async function goTo(page: Page, name: string, subject = ''): Promise<void> {
  await page.evaluate(`location.hash = '#/${name}${subject ? `/${encodeURIComponent(subject)}` : ''}'`)
  await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn, 0)))')
  await page.waitForSelector('main h2')
}

/** Moves the slider, as a hand would. */
export async function slideTo(page: Page, position: number): Promise<void> {
  await page.locator('.slider input').fill(String(position))
  await page.locator('.slider output', { hasText: new RegExp(`^${position} of`) }).waitFor()
}

/** What stands on the board: the state of each task, by its id. */
export async function boardOn(page: Page): Promise<Record<string, string>> {
  return (await page.evaluate(`Object.fromEntries([...document.querySelectorAll('.card')].map((card) =>
    [card.querySelector('.id').textContent, card.className.replace('card ', '')]))`)) as Record<
    string,
    string
  >
}

/** What is wrong for those who cannot see, or use keys alone. */
export async function violationsOn(page: Page): Promise<string[]> {
  if (!(await page.evaluate('Boolean(window.axe)'))) await page.addInitScript({ path: axeFile })
  const isThere = await page.evaluate('Boolean(window.axe)')
  if (!isThere) {
    await page.reload()
    await page.waitForSelector('.slider input:enabled')
    await page.waitForSelector('main h2')
  }
  return (await page.evaluate(`axe.run().then(({ violations }) => violations.map(
    ({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 120)).slice(0, 3).join(' | ')))`)) as string[]
}

/** Keeps a picture for whoever wants to look. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: `${folder}/${name}.png` })
}
