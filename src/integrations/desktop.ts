import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { LoopworkPlugin } from '../config/plugin-contract.ts'
import type { DesktopOptions } from '../config/plugin-options.ts'
import { LoopworkError } from '../errors.ts'
import { cut } from './cut.ts'
import { type Message, notifyOf } from './message.ts'
import { notifier } from './notifier.ts'

const run = promisify(execFile)
const mostBody = 200

/** Notifications by what the desktop offers: notify-send, osascript, or a toast of Windows. */
export function desktop(options: DesktopOptions): LoopworkPlugin {
  return {
    name: 'desktop',
    setup: (context) => {
      notifier(context, notifyOf(options, false), async (message, { signal }) => {
        const [file, args, env] = commandFor(process.platform, textOf(message))
        try {
          await run(file, args, { signal, timeout: 10_000, env: { ...context.env, ...env } })
        } catch (thrown) {
          const isMissing = (thrown as NodeJS.ErrnoException).code === 'ENOENT'
          if (isMissing)
            throw new LoopworkError('rejected', `there is no ${file} here`, { hint: 'Install it.' })
          throw new LoopworkError('invalid', `${file} failed: ${(thrown as Error).message.split('\n')[0]}`)
        }
      })
    },
  }
}

type Texts = { readonly title: string; readonly body: string }

function textOf({ heading, subject, details, body }: Message): Texts {
  const figures = details.map(([label, value]) => `${label}: ${value}`).join(', ')
  return { title: `${heading}: ${subject}`, body: cut([body, figures].filter(Boolean).join('\n'), mostBody) }
}

/** Texts are never part of a program: they go as arguments of their own, or in the environment. */
export function commandFor(
  platform: NodeJS.Platform,
  { title, body }: Texts,
): [file: string, args: string[], env: Record<string, string>] {
  if (platform === 'darwin') {
    const script = 'on run {t, b}\ndisplay notification b with title t\nend run'
    return ['osascript', ['-e', script, title, body], {}]
  }
  if (platform === 'win32') {
    const script = [
      '[void][Windows.UI.Notifications.ToastNotificationManager,Windows.UI.Notifications,ContentType=WindowsRuntime]',
      '$x=[Windows.UI.Notifications.ToastNotificationManager]::GetTemplateContent(1)',
      '$n=$x.GetElementsByTagName("text")',
      '[void]$n.Item(0).AppendChild($x.CreateTextNode($env:TOAST_TITLE))',
      '[void]$n.Item(1).AppendChild($x.CreateTextNode($env:TOAST_BODY))',
      '[Windows.UI.Notifications.ToastNotificationManager]::CreateToastNotifier("Loopwork").Show($x)',
    ].join(';')
    const env = { TOAST_TITLE: title, TOAST_BODY: body }
    return ['powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', script], env]
  }
  return ['notify-send', ['--app-name=Loopwork', '--', title, escaped(body)], {}]
}

/** The body, and it alone, may hold some HTML. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
