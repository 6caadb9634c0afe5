import type { Gap, TimesReport } from './report.ts'

const DAY = 86_400
const MILLISECONDS_FROM = 1e11
const BUCKETS = 48

/** Summarizes times in seconds since 1970, day by day. Numbers that cannot be such a time are counted apart. */
export class TimeSummary {
  readonly #days = new Map<number, number>()
  readonly #yearEnd = 365 * DAY
  readonly #tomorrow: number
  #first = Number.POSITIVE_INFINITY
  #last = Number.NEGATIVE_INFINITY
  #in1970 = 0
  #inTheFuture = 0
  #likeMilliseconds = 0

  /** @param now in milliseconds since 1970 */
  constructor(now: number) {
    this.#tomorrow = now / 1000 + DAY
  }

  add(seconds: number): void {
    if (seconds < this.#first) this.#first = seconds
    if (seconds > this.#last) this.#last = seconds
    if (seconds < this.#yearEnd) this.#in1970++
    if (seconds >= MILLISECONDS_FROM) {
      this.#likeMilliseconds++
      return
    }
    if (seconds > this.#tomorrow) this.#inTheFuture++
    const day = Math.floor(seconds / DAY)
    this.#days.set(day, (this.#days.get(day) ?? 0) + 1)
  }

  report(): TimesReport | undefined {
    if (this.#first > this.#last) return undefined
    const days = [...this.#days].sort(([a], [b]) => a - b)
    return {
      first: this.#first,
      last: this.#last,
      isOneTime: this.#first === this.#last,
      in1970: this.#in1970,
      inTheFuture: this.#inTheFuture,
      likeMilliseconds: this.#likeMilliseconds,
      daysWith: days.length,
      days: days.length === 0 ? 0 : days.at(-1)![0] - days[0]![0] + 1,
      longestGap: longestGap(days),
      histogram: histogram(days),
    }
  }
}

type Day = readonly [day: number, count: number]

function longestGap(days: readonly Day[]): Gap | undefined {
  let longest: Gap | undefined
  for (let i = 1; i < days.length; i++) {
    const [before, after] = [days[i - 1]![0], days[i]![0]]
    const missing = after - before - 1
    if (missing > (longest?.days ?? 0)) longest = { days: missing, from: dateOf(before + 1), to: dateOf(after - 1) }
  }
  return longest
}

function histogram(days: readonly Day[]): readonly number[] {
  if (days.length === 0) return []
  const first = days[0]![0]
  const length = days.at(-1)![0] - first + 1
  const counts = new Array<number>(Math.min(BUCKETS, length)).fill(0)
  for (const [day, count] of days) counts[Math.floor(((day - first) * counts.length) / length)]! += count
  return counts
}

function dateOf(day: number): string {
  return new Date(day * DAY * 1000).toISOString().slice(0, 10)
}
