/** As long as the data are there. */
export const FOREVER = 'forever'

const HOUR_MS = 3_600_000
const UNITS_MS: Readonly<Record<string, number>> = { h: HOUR_MS, d: 24 * HOUR_MS }
/** A hundred years: no clock goes back further. */
const LONGEST_MS = 36_500 * 24 * HOUR_MS

/** The right value of `keepingOf`, for errors. */
export const A_KEEPING = `a number of days or hours, such as 400d or 36h (36500d at most), or ${FOREVER}`

/**
 * Returns for how many milliseconds something is kept, from a text such as 400d, 36h or forever, which is Infinity.
 * Undefined where it is no such text.
 */
export function keepingOf(text: string): number | undefined {
  if (text === FOREVER) return Number.POSITIVE_INFINITY
  const [, number, unit = ''] = /^([1-9]\d{0,5})([dh])$/.exec(text) ?? []
  const ms = Number(number) * (UNITS_MS[unit] ?? Number.NaN)
  return ms <= LONGEST_MS ? ms : undefined
}

/** Takes a text that `keepingOf` understands. @throws Error naming the right value */
export function parseKeeping(text: string): string {
  if (keepingOf(text) !== undefined) return text
  throw new Error(`It must be ${A_KEEPING}.`)
}
