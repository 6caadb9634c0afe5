/** The text format that Prometheus reads: https://prometheus.io/docs/instrumenting/exposition_formats/ (0.0.4). */
export const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/** Labels of one series, in the order of the output. They must hold nothing secret. */
type Labels = Readonly<Record<string, string>>

/** A number, with labels if there are several of one name. */
interface Sample {
  readonly labels?: Labels
  readonly value: number
}

/** A metric: its help, and its samples at this moment. */
interface MetricFamily {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  /** Returns the lines of the output. The suffix is `_bucket`, `_sum`, `_count`, or none. */
  samples(): Iterable<Sample & { readonly suffix?: string }>
}

/** Counters of one name, one for each value of a label. A count costs a look-up in a map: 20 ns. */
export class Counter implements MetricFamily {
  readonly type = 'counter'
  readonly name: string
  readonly help: string
  readonly #labels: (key: string) => Labels
  readonly #counts = new Map<string, number>()

  /** @param labels returns the labels of a key */
  constructor(name: string, help: string, labels: (key: string) => Labels) {
    this.name = name
    this.help = help
    this.#labels = labels
  }

  add(key: string, count = 1): void {
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + count)
  }

  *samples() {
    for (const [key, value] of this.#counts) yield { labels: this.#labels(key), value }
  }
}

/** A histogram: counts observations up to each bound, for each value of a label. */
export class Histogram implements MetricFamily {
  readonly type = 'histogram'
  readonly name: string
  readonly help: string
  readonly bounds: readonly number[]
  readonly #label: string | undefined
  readonly #series = new Map<string, { readonly counts: Float64Array; sum: number }>()

  /** @param bounds in ascending order; `+Inf` is added */
  constructor(name: string, help: string, bounds: readonly number[], label?: string) {
    this.name = name
    this.help = help
    this.bounds = bounds
    this.#label = label
  }

  observe(value: number, key = ''): void {
    let series = this.#series.get(key)
    if (!series) {
      series = { counts: new Float64Array(this.bounds.length + 1), sum: 0 }
      this.#series.set(key, series)
    }
    let bucket = 0
    while (value > this.bounds[bucket]!) bucket++
    series.counts[bucket]!++
    series.sum += value
  }

  /** How many observations are up to each bound and above the one before, for each value of the label. */
  series(): Iterable<[key: string, { readonly counts: Float64Array; readonly sum: number }]> {
    return this.#series
  }

  *samples() {
    for (const [key, { counts, sum }] of this.#series) {
      const labels: Labels = this.#label ? { [this.#label]: key } : {}
      let count = 0
      for (const [bucket, there] of counts.entries()) {
        count += there
        const le = String(this.bounds[bucket] ?? '+Inf')
        yield { suffix: '_bucket', labels: { ...labels, le }, value: count }
      }
      yield { suffix: '_sum', labels, value: sum }
      yield { suffix: '_count', labels, value: count }
    }
  }
}

/** Returns a metric whose samples are read at the moment of the request. */
export function gauge(name: string, help: string, samples: () => Iterable<Sample>): MetricFamily {
  return { name, help, type: 'gauge', samples }
}

/** Returns the text that Prometheus scrapes. */
export function exposition(families: readonly MetricFamily[]): string {
  const lines: string[] = []
  for (const family of families) {
    lines.push(`# HELP ${family.name} ${family.help}`, `# TYPE ${family.name} ${family.type}`)
    for (const { suffix = '', labels = {}, value } of family.samples()) {
      lines.push(`${family.name}${suffix}${written(labels)} ${value}`)
    }
  }
  return `${lines.join('\n')}\n`
}

function written(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value.replace(/[\\"\n]/g, escaped)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

const escaped = (character: string) => (character === '\n' ? '\\n' : `\\${character}`)
