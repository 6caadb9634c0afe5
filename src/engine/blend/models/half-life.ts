import { filterEvents, type Interactions } from '../../interactions.ts'
import { floatsOf } from '../../math/floats.ts'
import { clearlyBest, meanOf, standardError } from '../../math/mean.ts'
import { sample } from '../../math/random.ts'

/** How much an event counts for what is popular: half as much for each `halfLife` that it was before `now`. */
export type Fading = {
  /** In milliseconds, as `now` and the times of events are. */
  readonly halfLife: number
  readonly now: number
}

/** The share of the events, the newest, that are foretold, and in how many parts. */
const FORETOLD = 0.2
const PARTS = 10
/** Half-lives that are tried: this many times the time of all events. */
const HALF_LIVES = [1 / 2, 1 / 4, 1 / 8, 1 / 16, 1 / 32, 1 / 64, 1 / 128, 1 / 256]
/**
 * None is shorter than half a day: hits of hours are trends. In data of less than a day the newest events tell more
 * about how the data was made, such as purchases after all clicks.
 */
const HALF_LIFE_MIN = 12 * 3_600_000
/** Fewer events choose nothing. */
const EVENTS_MIN = 1000
/** This many events tell when the newest begin. */
const SAMPLED = 10_000
/** The share of popularity that does not fade. */
const LASTING = 0.2
/** Of the log likelihood of an event: ML-100K, whose films last, gains .04; worlds of hits of a week gain .6. */
const GAIN_MIN = 0.05
/** This many events choose well enough. */
const EVENTS_MAX = 1_000_000

/**
 * How fast popularity fades: the half-life by whose counts the newest events are likeliest, each part of them foretold
 * by all before it (Dawid, "The prequential approach", JRSS A 1984). Undefined where times are not known, and where no
 * half-life is better by more than chance than counts of all time.
 */
export function fadingOf(interactions: Interactions): Fading | undefined {
  const { times, sequence } = interactions
  if (!times || sequence.length < EVENTS_MIN) return undefined
  const [oldest, now] = [times.reduce((a, b) => Math.min(a, b)), times.reduce((a, b) => Math.max(a, b))]
  const tried = HALF_LIVES.map(share => share * (now - oldest)).filter(halfLife => halfLife >= HALF_LIFE_MIN)
  if (tried.length === 0) return undefined
  const apart = Math.ceil(sequence.length / EVENTS_MAX)
  const some = apart === 1 ? interactions : filterEvents(interactions, (_event, user) => user % apart === 0)
  const parts = partsOf(some)
  const halfLives = [Number.POSITIVE_INFINITY, ...tried]
  const found = halfLives.map(halfLife => likelihoods(some, parts, halfLife))
  const best = clearlyBest(found)
  const gains = found[best]!.map((likelihood, part) => likelihood - found[0]![part]!)
  return meanOf(gains) - standardError(gains) < GAIN_MIN ? undefined : { halfLife: halfLives[best]!, now }
}

/**
 * How often each item occurs, faded, and a share of how often it occurs at all: no item that had events has 0.
 * @param counts how often each item occurs at all
 */
export function fadedCounts(
  { sequence, times, weights }: Interactions,
  counts: Float64Array,
  fading: Fading,
): Float64Array {
  const faded = new Float64Array(counts.length)
  let [all, recent] = [0, 0]
  for (const count of counts) all += count
  for (let event = 0; event < sequence.length; event++) {
    const left = (weights?.[event] ?? 1) * fadedTo(times![event]!, fading)
    faded[sequence[event]!]! += left
    recent += left
  }
  const lasting = (LASTING / (1 - LASTING)) * (recent / Math.max(all, Number.MIN_VALUE))
  return faded.map((count, item) => count + lasting * counts[item]!)
}

/** How much an event of this time counts still. */
export const fadedTo = (time: number, { halfLife, now }: Fading) => 2 ** ((time - now) / halfLife)

/** The events in parts, and when each part ends: all but the newest, then these in PARTS parts. */
interface Parts {
  readonly events: readonly Int32Array[]
  /** Those of each part whose user had not had the item before: a habit of theirs is no news to others. */
  readonly news: readonly Int32Array[]
  readonly ends: readonly number[]
}

function partsOf(interactions: Interactions): Parts {
  const times = interactions.times!
  const some = Float64Array.from(sample(times.length, SAMPLED, 1), event => times[event]!).sort()
  const ends = Array.from({ length: PARTS }, (_, part) => {
    return some[Math.floor((1 - FORETOLD + (FORETOLD * part) / PARTS) * some.length)]!
  })
  const partOf = (time: number) => {
    const part = ends.findIndex(end => time < end)
    return part < 0 ? PARTS : part
  }
  const of = Uint8Array.from(times, partOf)
  const counts = new Int32Array(PARTS + 1)
  for (const part of of) counts[part]!++
  const events = Array.from(counts, count => new Int32Array(count))
  const next = new Int32Array(PARTS + 1)
  for (const [event, part] of of.entries()) events[part]![next[part]!++] = event
  const isFirst = firstTimes(interactions)
  return { events, news: events.map(own => own.filter(event => isFirst[event] === 1)), ends: [...ends, Number.NaN] }
}

function firstTimes({ users, items, offsets, sequence }: Interactions): Uint8Array {
  const last = new Int32Array(items).fill(-1)
  const isFirst = new Uint8Array(sequence.length)
  for (let user = 0; user < users; user++)
    for (let event = offsets[user]!; event < offsets[user + 1]!; event++) {
      if (last[sequence[event]!] !== user) isFirst[event] = 1
      last[sequence[event]!] = user
    }
  return isFirst
}

/** The mean log likelihood of the events of each part but the first, by counts of the parts before it. */
function likelihoods(
  { items, sequence, times, weights }: Interactions,
  { events, news, ends }: Parts,
  halfLife: number,
) {
  const lasting = new Float64Array(items).fill(1)
  const faded = new Float64Array(items)
  let all = items
  let recent = 0
  const found: number[] = []
  for (const [part, own] of events.entries()) {
    if (part > 0 && own.length > 0) {
      const [ofRecent, ofAll] = [recent > 0 ? (1 - LASTING) / recent : 0, LASTING / all]
      const likelihoodOf = (item: number) => Math.log(ofRecent * faded[item]! + ofAll * lasting[item]!)
      found.push(meanOf(floatsOf(news[part]!, event => likelihoodOf(sequence[event]!))))
    }
    const fading = { halfLife, now: ends[part]! }
    const older = part === 0 ? 1 : fadedTo(ends[part - 1]!, fading)
    recent *= older
    for (let item = 0; item < items; item++) faded[item]! *= older
    for (const event of own) {
      const weight = weights?.[event] ?? 1
      const left = weight * fadedTo(times![event]!, fading)
      lasting[sequence[event]!]! += weight
      all += weight
      faded[sequence[event]!]! += left
      recent += left
    }
  }
  return Float64Array.from(found)
}
