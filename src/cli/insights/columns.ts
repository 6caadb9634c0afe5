import type { ColumnReport, NumbersReport, TimesReport } from '../../insights/report.ts'
import { figure, many, percent, quoted, time } from '../../insights/words.ts'
import { aligned, columnsPlot } from './plots.ts'

const HEADS = ['column', 'type', '>missing', '>different']
const CONTENT = '  values'

/** Returns a table of columns: name, type, share of missing values, number of different values, and the values. */
export function columnLines(columns: readonly ColumnReport[], rows: number, width: number): readonly string[] {
  const cells = columns.map(({ name, type, kind, missing, distinct }) => {
    return [name, kind === 'number' || kind === 'plain' ? type : kind, percent(missing, rows), many(distinct)]
  })
  const [heads = '', ...lines] = aligned([HEADS, ...cells])
  const room = width - heads.length - 2
  return [heads + CONTENT, ...lines.map((line, i) => `${line}  ${contentOf(columns[i]!, rows, room)}`.trimEnd())]
}

function contentOf({ missing, numbers, times, lengths, top, distinct }: ColumnReport, rows: number, room: number) {
  if (numbers) return numbersOf(numbers, room)
  if (times) return timesOf(times)
  if (lengths) return `${figure(lengths.min)} to ${figure(lengths.max)} characters, median ${figure(lengths.median)}`
  const values = rows - missing
  if (values === 0 || top.length === 0) return distinct.count > 1 ? 'all different' : ''
  const shares = top.map(({ value, count }) => `${quoted(value)} ${percent(count, values)}`)
  const fitting = shares.filter((_, i) => shares.slice(0, i + 1).join(', ').length <= room - 3)
  return fitting.length === distinct.count ? fitting.join(', ') : [...fitting, '…'].join(', ')
}

function numbersOf({ min, median, mean, max, histogram }: NumbersReport, room: number): string {
  if (min === max) return figure(min)
  const range = `${figure(min)} ${columnsPlot(histogram)} ${figure(max)}, median ${figure(median)}`
  const whole = `${range}, mean ${figure(mean)}`
  return whole.length > room ? range : whole
}

function timesOf({ first, last, histogram }: TimesReport): string {
  return `${time(first).slice(0, 10)} ${columnsPlot(inPairs(histogram))} ${time(last).slice(0, 10)}`
}

/** Returns half as many counts, each the sum of two. */
function inPairs(counts: readonly number[]): readonly number[] {
  return counts.flatMap((count, i) => (i % 2 === 0 ? [count + (counts[i + 1] ?? 0)] : []))
}
