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
