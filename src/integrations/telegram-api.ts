/** What the service is asked with. */
export type Telegram = (
  method: string,
  body: Readonly<Record<string, unknown>>,
  how: { readonly signal: AbortSignal; readonly timeoutMs?: number },
) => Promise<unknown>

/** A message as the service takes it. */
export function sendable(chat: string, html: string, isSilent = false) {
  return {
    chat_id: chat,
    text: html,
    parse_mode: 'HTML',
    link_preview_options: { is_disabled: true },
    ...(isSilent ? { disable_notification: true } : {}),
  }
}

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
