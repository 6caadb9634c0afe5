import type { ColumnReport } from '../../insights/column.ts'
import type { NumbersReport } from '../../insights/numbers.ts'
import type { TimesReport } from '../../insights/times.ts'
import { many, number, percent, quoted, time } from '../../insights/words.ts'
import { aligned, columnsPlot } from './plots.ts'

const HEADS = ['column', 'type', '>missing', '>different']
const CONTENT = '  what is in it'

/** A table of columns: what they are, how complete, how many different values, and which. */
export function columnLines(columns: readonly ColumnReport[], rows: number, width: number): readonly string[] {
  const cells = columns.map(({ name, type, kind, missing, distinct }) => {
    return [name, kind === 'number' ? type : kind, percent(missing, rows), many(distinct)]
  })
  const [heads = '', ...lines] = aligned([HEADS, ...cells])
  const room = width - heads.length - 2
  return [heads + CONTENT, ...lines.map((line, i) => `${line}  ${contentOf(columns[i]!, rows, room)}`.trimEnd())]
}

function contentOf({ missing, numbers, times, lengths, top, distinct }: ColumnReport, rows: number, room: number) {
  if (numbers) return numbersOf(numbers, room)
  if (times) return timesOf(times)
  if (lengths) return `${number(lengths.min)} to ${number(lengths.max)} characters, median ${number(lengths.median)}`
  const values = rows - missing
  if (values === 0 || top.length === 0) return distinct.count > 1 ? 'all different' : ''
  const shares = top.map(({ value, count }) => `${quoted(value)} ${percent(count, values)}`)
  const fitting = shares.filter((_, i) => shares.slice(0, i + 1).join(', ').length <= room - 3)
  return fitting.length === distinct.count ? fitting.join(', ') : [...fitting, '…'].join(', ')
}

function numbersOf({ min, median, mean, max, histogram }: NumbersReport, room: number): string {
  if (min === max) return number(min)
  const range = `${number(min)} ${columnsPlot(histogram)} ${number(max)}, median ${number(median)}`
  const whole = `${range}, mean ${number(mean)}`
  return whole.length > room ? range : whole
}

function timesOf({ first, last, histogram }: TimesReport): string {
  return `${time(first).slice(0, 10)} ${columnsPlot(histogram.slice(0, 24))} ${time(last).slice(0, 10)}`
}
