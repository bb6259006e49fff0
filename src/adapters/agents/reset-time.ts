const minuteMs = 60_000
const dayMs = 86_400_000
const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/**
 * When a limit is lifted, as the agents write it; null where the text does not say. The forms: `resets 8:38am
 * (UTC)`, `resets Nov 24, 8:49am (UTC)` and `…reached|<epoch>` of Claude Code; `try again at 8:38 AM.` and `at
 * Nov 27th, 2026 5:38 AM.` of Codex, in local time; `reset after 8h44m7s` and `retry in 1.2s` of Gemini CLI.
 */
export function resetTimeIn(text: string, now: Date): Date | null {
  const found = byEpoch(text) ?? byDuration(text, now) ?? byClock(text, now)
  return found && withinReason(found, now)
}

/** An instant in seconds since 1970, as structured records have it. */
export function resetTimeOf(seconds: unknown, now: Date): Date | null {
  return typeof seconds === 'number' && seconds > 0 ? withinReason(new Date(seconds * 1000), now) : null
}

/** Not sooner than in a minute, not later than in eight days: longer than any limit there is. */
function withinReason(instant: Date, now: Date): Date {
  const ms = Math.min(Math.max(instant.getTime(), now.getTime() + minuteMs), now.getTime() + 8 * dayMs)
  return new Date(ms)
}

function byEpoch(text: string): Date | null {
  const seconds = /limit reached\|(\d{10})\b/i.exec(text)?.[1]
  return seconds ? new Date(Number(seconds) * 1000) : null
}

function byDuration(text: string, now: Date): Date | null {
  const found = /(?:reset after|retry in|retry after)\s+((?:\d+h)?(?:\d+m(?!s))?(?:[\d.]+s)?)/i.exec(
    text,
  )?.[1]
  if (!found) return null
  const [, hours = 0, minutes = 0, seconds = 0] = /^(?:(\d+)h)?(?:(\d+)m)?(?:([\d.]+)s)?$/.exec(found) ?? []
  return new Date(now.getTime() + (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000)
}

const clockPattern =
  /(?:resets|try again at)\s+(?:([A-Z][a-z]{2}) (\d{1,2})(?:st|nd|rd|th)?,(?: (\d{4}))? )?(\d{1,2})(?::(\d{2}))?\s?([ap]m)(?: \(([^)]+)\))?/i

function byClock(text: string, now: Date): Date | null {
  const match = clockPattern.exec(text)
  if (!match) return null
  const [, month, day, year, hour, minute = '0', half = '', zone] = match
  const hours = (Number(hour) % 12) + (half.toLowerCase() === 'pm' ? 12 : 0)
  const isUtc = zone?.toUpperCase() === 'UTC'
  const today = isUtc
    ? [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()]
    : [now.getFullYear(), now.getMonth(), now.getDate()]
  const date = {
    year: year ? Number(year) : (today[0] ?? 0),
    month: month ? months.indexOf(month.toLowerCase()) : (today[1] ?? 0),
    day: day ? Number(day) : (today[2] ?? 0),
  }
  const at = (d: typeof date) =>
    isUtc
      ? new Date(Date.UTC(d.year, d.month, d.day, hours, Number(minute)))
      : new Date(d.year, d.month, d.day, hours, Number(minute))
  const instant = at(date)
  if (instant > now || (month && year)) return instant
  return month ? at({ ...date, year: date.year + 1 }) : at({ ...date, day: date.day + 1 })
}
