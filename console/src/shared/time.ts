const UNITS: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number])[] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
]
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
const local = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium' })

/** A time as distance from now: `3 minutes ago`, `in 2 days`. */
export function distance(time: Date | string | number, now = Date.now()): string {
  const seconds = Math.round((new Date(time).getTime() - now) / 1000)
  const [unit, length] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? UNITS.at(-1)!
  return relative.format(Math.trunc(seconds / length), unit)
}

/** A time in the zone of the browser. */
export function exact(time: Date | string | number): string {
  return local.format(new Date(time))
}

const TIME = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' })
const CLOCK = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' })
const DAY = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium' })

/** A time where the person is, such as `3 Nov 2026, 14:02`. @param time `2026-11-03T13:02:00.000Z`, or milliseconds */
export function timeText(time: string | number): string {
  return TIME.format(new Date(time))
}

/** The time of day, such as `14:02:11`. */
export function clockText(time: string | number): string {
  return CLOCK.format(new Date(time))
}

const UTC_DAY = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' })

/** The day in UTC, by which the server counts days. */
export function utcDayText(time: Date): string {
  return UTC_DAY.format(time)
}

/** The day, such as `3 Nov 2026`. */
export function dayText(time: string | number): string {
  return DAY.format(new Date(time))
}
