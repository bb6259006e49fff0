import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** The browser that is installed here; null where there is none. */
export const browserFile = [process.env.LOOPWORK_TEST_CHROMIUM ?? '', ...places].find(existsSync) ?? null

/** Starts it without a window, and without anything that would speak to anybody by itself. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: browserFile ?? '',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      '--enable-precise-memory-info',
    ],
  })
}
