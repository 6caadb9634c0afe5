import './spark.css'

interface Bar {
  readonly label: string
  readonly count: number
}

interface SparkProps {
  /** The description, for a screen reader. */
  readonly label: string
  readonly bars: readonly Bar[]
  /** The count of a whole bar. */
  readonly of: number
}

const WIDTH = 100

/** Values with their counts as bars, a line each. */
export function Spark({ label, bars, of }: SparkProps) {
  return (
    <ul className="spark" aria-label={label}>
      {bars.map(({ label, count }) => (
        <li key={label}>
          <svg viewBox={`0 0 ${WIDTH} 10`} preserveAspectRatio="none" aria-hidden>
            <rect width={of === 0 ? 0 : (WIDTH * count) / of} height={10} />
          </svg>
          <span className="spark-label">{label}</span>
          <span className="spark-count">{count.toLocaleString('en')}</span>
        </li>
      ))}
    </ul>
  )
}

interface HistogramProps {
  readonly label: string
  readonly counts: readonly number[]
}

const HEIGHT = 30
const COLUMN = 5

/** How numbers are distributed, as columns from the least to the greatest. */
export function Histogram({ label, counts }: HistogramProps) {
  const most = Math.max(1, ...counts)
  return (
    <svg
      className="histogram"
      viewBox={`0 0 ${counts.length * COLUMN} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {counts.map((count, at) => {
        // A count above 0 is seen, however small it is.
        const height = count === 0 ? 0 : Math.max(1, (HEIGHT * count) / most)
        return <rect key={at} x={at * COLUMN} y={HEIGHT - height} width={COLUMN - 1} height={height} />
      })}
    </svg>
  )
}
