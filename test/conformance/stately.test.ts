import { join } from 'node:path'
import { build } from 'esbuild'
import { expect, onTestFinished, test } from 'vitest'
import { browserFile, openBrowser } from '../support/browser.ts'
import { backlogOf, configOf, makeProject } from '../support/project.ts'
import { judge } from './judge.ts'

const version = '0.7.2'

/** What the hosted page hears, by the package's own receiver. */
type Heard = {
  readonly type: string
  readonly definition?: string
  readonly event?: { readonly type: string }
  readonly snapshot?: { readonly value: string }
}

/** A page that does with messages what the hosted inspector does: hears them by the receiver of the same package. */
async function receiverOf(packageFile: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: `import { createBrowserReceiver } from ${JSON.stringify(packageFile)}
        window.heard = []
        createBrowserReceiver().subscribe((event) => window.heard.push(event))`,
      resolveDir: '/',
    },
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
  })
  return `<!doctype html><script>${outputFiles[0]?.text.replaceAll('</script', '<\\/script')}</script>`
}

test.skipIf(browserFile === null)(
  "the official inspector's own receiver hears the life of a task (skipped where there is no chromium)",
  async () => {
    const packageFile = join(await judge('@statelyai/inspect', version), 'dist/index.mjs')
    const receiver = await receiverOf(packageFile)
    const project = makeProject({
      'loopwork.config.json': configOf([process.execPath, '-e', "console.log('a-secret-output')"]),
      'tasks.json': backlogOf({ id: 'A-1', title: 'a-secret-title' }),
      'node_modules/@statelyai/inspect/package.json': '{ "type": "module", "main": "index.js" }',
      'node_modules/@statelyai/inspect/index.js': `export * from ${JSON.stringify(packageFile)}`,
    })
    expect((await project.loopwork('start', '--quiet')).code).toBe(0)
    const child = project.begin('inspect', 'A-1', '--stately', '--json')
    const [told] = await new Promise<[Buffer]>((resolve, reject) => {
      child.stdout?.once('data', (chunk) => resolve([chunk]))
      child.answer.then(({ err }) => reject(new Error(err)))
    })

    const browser = await openBrowser()
    onTestFinished(() => browser.close())
    const page = await browser.newPage()
    await page.route('https://stately.ai/**', (route) =>
      route.fulfill({ contentType: 'text/html', body: receiver }),
    )
    await page.goto(JSON.parse(told.toString()).url)
    const frame = () => page.frames().find((one) => one.url() === 'https://stately.ai/inspect')
    const heard = async () => ((await frame()?.evaluate('window.heard ?? []')) ?? []) as Heard[]
    await expect
      .poll(async () => (await heard()).at(-1)?.snapshot?.value, { timeout: 20_000 })
      .toBe('completed')

    const all = await heard()
    expect(all[0]).toMatchObject({ type: '@xstate.actor', name: 'task', _version: version })
    expect(JSON.parse(all[0]?.definition ?? '').states).toHaveProperty('verifying')
    const facts = (await project.loopwork('log', '--json', '--task', 'A-1')).out.trim().split('\n')
    const types = facts.map((line) => JSON.parse(line).event.type)
    expect(all.flatMap(({ type, event }) => (type === '@xstate.event' ? event?.type : []))).toEqual(types)
    expect(JSON.stringify(all)).not.toContain('a-secret')

    // what happens while it is open comes too; a page that is opened again hears everything
    expect((await project.loopwork('task', 'reset', 'A-1')).code).toBe(0)
    await expect.poll(async () => (await heard()).length, { timeout: 20_000 }).toBeGreaterThan(all.length)
    const live = await heard()
    await page.reload()
    await expect.poll(async () => (await heard()).length, { timeout: 20_000 }).toBe(live.length)
    expect(await heard()).toEqual(live)

    child.kill('SIGINT')
    expect((await child.answer).code).toBe(0)
  },
)
