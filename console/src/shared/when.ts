const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })

/** How long ago a moment was, or how soon it comes, as `3 minutes ago`. @param now in milliseconds since 1970 */
export function ago(time: Date | string | undefined, now = Date.now()): string {
  if (time === undefined) return '–'
  const seconds = (new Date(time).getTime() - now) / 1000
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 1]
  return relative.format(Math.trunc(seconds / size), unit)
}

/** A moment in the person's own time, to the second. */
export function moment(time: Date | string | undefined): string {
  return time === undefined ? '–' : new Date(time).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium' })
}
