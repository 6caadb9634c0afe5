/** Milliseconds since 1970, a date, or its text such as `2026-11-03T13:02:00.000Z`. */
type Time = Date | string | number

const UNITS: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number])[] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
]
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })

/** A time as distance from now: `3 minutes ago`, `in 2 days`. */
export function distance(time: Time, now = Date.now()): string {
  const seconds = Math.round((new Date(time).getTime() - now) / 1000)
  const [unit, length] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? UNITS.at(-1)!
  return relative.format(Math.trunc(seconds / length), unit)
}

/** A time in the zone of the browser, such as `3 Nov 2026, 14:02:11`. */
export const exactText = textIn({ dateStyle: 'medium', timeStyle: 'medium' })

/** A time in the zone of the browser, such as `3 Nov 2026, 14:02`. */
export const timeText = textIn({ dateStyle: 'medium', timeStyle: 'short' })

/** The time of day in the zone of the browser, such as `14:02:11`. */
export const clockText = textIn({ timeStyle: 'medium' })

/** The day in the zone of the browser, such as `3 Nov 2026`. */
export const dayText = textIn({ dateStyle: 'medium' })

/** The day in UTC, by which the server counts days. */
export const utcDayText = textIn({ dateStyle: 'medium', timeZone: 'UTC' })

function textIn(style: Intl.DateTimeFormatOptions): (time: Time) => string {
  const format = new Intl.DateTimeFormat('en-GB', style)
  return time => format.format(new Date(time))
}
