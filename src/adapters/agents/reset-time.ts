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
function withinReason(instant: Date, now: Date): Date | null {
  if (Number.isNaN(instant.getTime())) return null
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
  const shiftMs = zoneShift(zone, now)
  const at = (y: number, m: number, d: number): Date =>
    inZone([y, m, d, hours, Number(minute)], zone, shiftMs)
  const there = new Date(now.getTime() + shiftMs)
  const thisYear = there.getUTCFullYear()
  if (!month) {
    const [thisMonth, thisDay] = [there.getUTCMonth(), there.getUTCDate()]
    const instant = at(thisYear, thisMonth, thisDay)
    const isOver = instant.getTime() + minuteMs <= now.getTime() // seconds are not told
    return isOver ? at(thisYear, thisMonth, thisDay + 1) : instant
  }
  const monthIndex = months.indexOf(month.toLowerCase())
  if (monthIndex < 0) return null
  if (year) return at(Number(year), monthIndex, Number(day))
  const around = [thisYear - 1, thisYear, thisYear + 1].map((y) => at(y, monthIndex, Number(day)))
  return nearest(around, now)
}

type ClockParts = readonly [year: number, month: number, day: number, hours: number, minutes: number]

/** The instant at which the clocks of a zone show these parts; the shift is a first guess, for another day. */
function inZone(parts: ClockParts, zone: string | undefined, shiftMs: number): Date {
  const shown = Date.UTC(...parts)
  return new Date(shown - zoneShift(zone, new Date(shown - shiftMs)))
}

/** How far the clocks of a zone are ahead of UTC at an instant; without a zone, or an unknown one, those here. */
function zoneShift(zone: string | undefined, instant: Date): number {
  const hereMs = -instant.getTimezoneOffset() * minuteMs
  if (!zone) return hereMs
  try {
    const shown = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' })
      .formatToParts(instant)
      .find(({ type }) => type === 'timeZoneName')?.value
    const [, sign, hours = 0, minutes = 0] = /^GMT(?:([+-])(\d{2}):(\d{2}))?/.exec(shown ?? '') ?? []
    return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * minuteMs
  } catch {
    return hereMs // a zone that nobody knows: most likely ours by another name
  }
}

/** A day without a year may have just passed, and the year may have just turned. */
function nearest(instants: readonly Date[], now: Date): Date | null {
  const distance = (instant: Date): number => Math.abs(instant.getTime() - now.getTime())
  return [...instants].sort((a, b) => distance(a) - distance(b))[0] ?? null
}
