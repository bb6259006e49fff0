import { execFileSync } from 'node:child_process'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type App, openApp } from '../../src/app.ts'
import { readPast } from '../../src/cli/past/read-past.ts'
import type { LoopRow } from '../../src/projections/loops.ts'
import { browserFile, openBrowser } from '../support/browser.ts'
import { backlogOf, configOf, makeProject, type Project } from '../support/project.ts'
import { boardOn, goTo, keepPicture, openLink, pages, slideTo, violationsOn } from '../support/web-page.ts'

const script = '<script>window.isHacked = true</script><img src=x onerror="window.isHacked = true">'
const hostile = `${script} \u001b[31mred\u001b[0m \u202edesrever`

/** An agent that says terrible things about one task, and holds another until it may go on. */
const agent = `
  const { existsSync } = require('node:fs')
  const prompt = require('node:fs').readFileSync(0, 'utf8')
  require('node:fs').writeFileSync('made-' + process.env.LOOPWORK_TASK_ID + '.txt', 'made by an agent\\n')
  if (prompt.includes('BAD-TASK')) console.log('x'.repeat(1e7) + '\\n' + ${JSON.stringify(hostile)})
  const wait = () => prompt.includes('HOLD-TASK') && !existsSync('go') ? setTimeout(wait, 50) : console.log('done')
  wait()
`

function task(feature: string, nth: number) {
  const id = `${feature}-${nth}`
  const description = id === 'one-1' ? 'BAD-TASK' : id.endsWith('-2') ? 'HOLD-TASK' : 'an ordinary one'
  const dependsOn = nth > 3 && nth % 5 === 0 ? [`${feature}-${nth - 1}`] : []
  return { id, title: id === 'one-1' ? hostile : `Task ${nth}`, description, feature, dependsOn }
}

const nths = Array.from({ length: 30 }, (_, nth) => nth + 1)

describe.skipIf(browserFile === null)('the web app in a browser (skipped where there is no chromium)', () => {
  let project: Project
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let app: App
  const ended: (() => void)[] = []
  const hosts = new Set<string>()
  const errors: string[] = []

  /** Serves it by the built program; gives the link. */
  async function serve(...words: string[]): Promise<string> {
    const child = project.begin('ui', '--json', ...words)
    ended.push(() => child.kill('SIGTERM'))
    const [told] = await new Promise<[Buffer]>((resolve, reject) => {
      child.stdout?.once('data', (chunk) => resolve([chunk]))
      child.answer.then(({ err }) => reject(new Error(err)))
    })
    return JSON.parse(told.toString()).url
  }

  function watch(opened: Page): Page {
    opened.on('request', (request) => hosts.add(new URL(request.url()).hostname))
    opened.on('pageerror', ({ message }) => errors.push(message))
    return opened
  }

  beforeAll(async () => {
    project = makeProject(
      {
        'loopwork.config.json': configOf([process.execPath, '-e', agent], { verify: ['node', 'check.mjs'] }),
        'check.mjs': "console.log('looks good')",
        'tasks.json': backlogOf(
          ...['one', 'two'].flatMap((feature) => nths.map((nth) => task(feature, nth))),
        ),
      },
      { keep: true },
    )
    execFileSync('git', ['init', '--quiet'], { cwd: project.folder })
    browser = await openBrowser()
    context = await browser.newContext({ viewport: { width: 1400, height: 900 } })
    page = watch(await context.newPage())
  })

  afterAll(async () => {
    for (const end of ended) end()
    await app?.close()
    await browser?.close()
    project?.remove()
  })

  test('a run of 60 tasks in two namespaces is seen live, and does what the page asks', {
    timeout: 500_000,
  }, async () => {
    const runs = ['one', 'two'].map((name) => project.begin('start', '--namespace', name, '--feature', name))
    for (const run of runs) ended.push(() => run.kill('SIGKILL'))
    await openLink(page, await serve())
    page.on('dialog', (dialog) => dialog.accept())
    await page.waitForSelector('.card.running', { timeout: 60_000 })

    await goTo(page, 'task', 'task/tasks.json/two-30')
    await page.getByRole('button', { name: 'Skip' }).click()
    await page.waitForSelector('dd.state.skipped')
    await goTo(page, 'loops')
    await page.getByRole('row', { name: /^one / }).getByRole('button', { name: 'Pause' }).click()
    await page.waitForSelector('td.state.paused', { timeout: 60_000 })
    await page.getByRole('button', { name: 'Continue' }).click()
    project.write('go', '')

    expect(await Promise.all(runs.map(({ answer }) => answer.then(({ code }) => code)))).toEqual([0, 0])
    await goTo(page, 'board')
    const all = [...nths.map((nth) => `one-${nth}`), ...nths.map((nth) => `two-${nth}`)]
    await expect.poll(() => page.locator('.card.completed').count(), { timeout: 20_000 }).toBe(59)
    expect(Object.keys(await boardOn(page)).sort()).toEqual(all.sort())
    expect((await boardOn(page))['two-30']).toBe('skipped')
    const { out } = await project.loopwork('task', 'show', 'two-30', '--json')
    expect(JSON.parse(out)).toMatchObject({ state: 'skipped', attempts: 0 })
  })

  test('at five instants the pages show what a fold of the log up to there gives', {
    timeout: 200_000,
  }, async () => {
    app = await openApp({ projectRoot: project.folder, stateDir: `${project.folder}/.loopwork-state` })
    const head = await app.log.head()
    for (const part of [0.05, 0.3, 0.5, 0.77, 1]) {
      const position = Math.round(head * part)
      const past = await readPast(app, { position })
      await slideTo(page, position)
      await goTo(page, 'board')
      const states = [...past.tasks.values()].map(({ id, state }) => [id.trim(), state])
      expect(await boardOn(page), `tasks at ${position}`).toEqual(Object.fromEntries(states))
      await goTo(page, 'loops')
      const loops = [...(await past.views.loops.rows<LoopRow>('')).values()].filter(
        (row) => Object(row) === row,
      )
      const seen = await page.evaluate(
        `[...document.querySelectorAll('tbody tr')].map(({ cells }) => [0, 1, 6].map((nth) => cells[nth].textContent))`,
      )
      expect(seen).toEqual(
        loops.map(({ namespace, state, iterations }) => [namespace, state, String(iterations)]),
      )
      await goTo(page, 'costs')
      const { attempts } = past.status.costs.total
      const count = (await page.evaluate(
        `[...document.querySelectorAll('tbody td:nth-child(4)')].map((cell) => Number(cell.textContent))`,
      )) as number[]
      expect(
        count.reduce((sum, one) => sum + one, 0),
        `attempts at ${position}`,
      ).toBe(attempts)
    }
  })

  test('a task shows its gate, what it changed, and is searched as a whole', {
    timeout: 100_000,
  }, async () => {
    await goTo(page, 'task', 'task/tasks.json/one-3')
    const attempt = page.locator('.attempt').first()
    expect(await attempt.locator('.gate').first().textContent()).toMatch(/^Check node check\.mjs ok.*exit 0/)
    await attempt.getByRole('button', { name: 'Changes' }).click()
    await page.locator('pre.changes .added', { hasText: '+made by an agent' }).first().waitFor()
    expect(await page.locator('pre.changes').textContent()).toContain('made-one-3.txt')
    await attempt.getByRole('button', { name: 'What the check printed' }).click()
    await page.locator('pre.verifyOutput', { hasText: 'looks good' }).waitFor()
    await goTo(page, 'task', 'task/tasks.json/one-1')
    await page.getByLabel('Search').fill('DESREVER') // stands after ten million characters
    await page.locator('.matches li', { hasText: 'desrever' }).waitFor()
    await page.getByText('1 lines match').waitFor()
  })

  test('the inspector says what can happen, and why the rest cannot', { timeout: 60_000 }, async () => {
    await goTo(page, 'inspect', 'task/tasks.json/one-3')
    await page.locator('.node.lit', { hasText: 'completed' }).waitFor()
    expect(await page.locator('.next code').allTextContents()).toContain('task.reset')
    const refused = await page.locator('.refused li').allTextContents()
    expect(refused.filter((line) => /^task\.claimed: only while queued\b/.test(line))).toHaveLength(1)
    const tree = await page.locator('.actors').textContent()
    expect(tree).toContain('loop/one')
    expect(tree).toContain('loop/two')
  })

  test('dependencies are drawn, done and not', { timeout: 60_000 }, async () => {
    await goTo(page, 'graph')
    await page.getByLabel('also what is done').check()
    await expect.poll(() => page.locator('.graph .node').count(), { timeout: 20_000 }).toBe(24)
    expect(await page.locator('.graph .edge').count()).toBe(12)
  })

  test('hostile titles and outputs are shown as the text they are', { timeout: 100_000 }, async () => {
    await goTo(page, 'task', 'task/tasks.json/one-1')
    await page.locator('figure pre', { hasText: 'desrever' }).waitFor()
    const text = (await page.locator('main').textContent()) ?? ''
    expect(text).toContain(script)
    expect(['\u001b', '\u202e'].filter((control) => text.includes(control))).toEqual([])
    expect((await page.locator('figure pre').textContent())?.length).toBeLessThan(20_000)
    await page.getByRole('button', { name: 'Earlier' }).click()
    await page.locator('figure pre', { hasText: 'more characters' }).waitFor()
    expect((await page.locator('figure pre').textContent())?.length).toBeLessThan(20_000)
    for (const name of ['board', 'events', 'graph', 'timeline']) await goTo(page, name)
    expect(await page.evaluate('[window.isHacked, document.scripts.length, document.images.length]')).toEqual(
      [undefined, 1, 0],
    )
  })

  test.each(['light', 'dark'] as const)(
    'in %s, every page is for everybody, at three widths',
    { timeout: 400_000 },
    async (colorScheme) => {
      await page.keyboard.press('End')
      const wrong: string[] = []
      await page.emulateMedia({ colorScheme })
      for (const [name, subject] of [...pages.map((name) => [name, '']), ['task', 'task/tasks.json/one-1']]) {
        await goTo(page, name ?? '', subject)
        for (const width of [400, 900, 1400]) {
          await page.setViewportSize({ width, height: 900 })
          await keepPicture(page, `${name}-${colorScheme}-${width}`)
          const beyond = await page.evaluate(
            'document.documentElement.scrollWidth - document.documentElement.clientWidth',
          )
          if (Number(beyond) > 0) wrong.push(`${name} at ${width} scrolls sideways`)
        }
        wrong.push(...(await violationsOn(page)).map((violation) => `${name}: ${violation}`))
      }
      expect(wrong).toEqual([])
    },
  )

  test('keys open pages and step through the past', { timeout: 60_000 }, async () => {
    await goTo(page, 'board')
    const head = Number(await page.locator('.slider input').getAttribute('max'))
    await page.locator('h1').click()
    await page.keyboard.press('ArrowLeft')
    await page.locator('.slider output', { hasText: `${head - 1} of` }).waitFor()
    await page.keyboard.press('End')
    await page.keyboard.press('3')
    await page.waitForURL(/#\/costs$/)
    await page.keyboard.press('?')
    await page.waitForSelector('.help')
  })

  test('a recording shows the same, and cannot be changed', { timeout: 100_000 }, async () => {
    const { out } = await project.loopwork('log', '--json')
    project.write('log.jsonl', out)
    await goTo(page, 'board')
    const live = await boardOn(page)
    const other = watch(await context.newPage())
    onTestFinished(() => other.close())
    await openLink(other, `${await serve('--file', 'log.jsonl')}#/inspect/task%2Ftasks.json%2Fone-1`)
    await other.locator('.bar p', { hasText: /completed\s*by task\./ }).waitFor()
    await goTo(other, 'board')
    expect(await boardOn(other)).toEqual(live)
    for (const name of pages) await goTo(other, name)
    await goTo(other, 'task', 'task/tasks.json/one-1')
    expect(await other.getByRole('button', { name: 'Skip' }).count()).toBe(0)
  })

  test('nobody else was asked for anything, and nothing broke', () => {
    expect([...hosts]).toEqual(['127.0.0.1'])
    expect(errors).toEqual([])
  })
})
