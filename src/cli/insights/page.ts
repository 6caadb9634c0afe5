import { styleText } from 'node:util'
import type {
  DatasetReport,
  Histories,
  Insight,
  InsightsReport,
  Level,
  Spread,
  TimesReport,
} from '../../insights/report.ts'
import { daysOf, gapText, many, number, percent, quoted, rowsOf, time, titles } from '../../insights/words.ts'
import { columnLines } from './columns.ts'
import { aligned, bar, columnsPlot, wrapped } from './plots.ts'

/** The greatest width of the page, in characters. */
const WIDTH = 100

const MARKS: Readonly<Record<Level, { readonly mark: string; readonly style: 'red' | 'yellow' | 'cyan' }>> = {
  error: { mark: '✖', style: 'red' },
  warning: { mark: '!', style: 'yellow' },
  note: { mark: '·', style: 'cyan' },
}

/** Returns the lines of the page: first the insights, then each dataset in tables. */
export function pageOf(name: string, { readAt, ms, insights, datasets }: InsightsReport): readonly string[] {
  const rows = datasets.reduce((sum, { rows }) => sum + rows, 0)
  return [
    `The dataset group ${name} as it was at ${time(Date.parse(readAt) / 1000)} UTC: ${rowsOf(rows)}, read in ${number(ms / 1000)} s.`,
    ...(datasets.length === 0 ? ['', 'It has no datasets.'] : insightLines(insights)),
    ...datasets.flatMap(datasetLines),
  ]
}

function insightLines(insights: readonly Insight[]): readonly string[] {
  if (insights.length === 0) return ['', 'No faults found: the data meet the recommendations of the guide.']
  const counts = (['error', 'warning', 'note'] as const).flatMap(level => {
    const count = insights.filter(insight => insight.level === level).length
    return count === 0 ? [] : [`${count} ${level}${count === 1 ? '' : 's'}`]
  })
  return [
    ...heading(`Insights: ${counts.join(', ')}`),
    ...insights.flatMap(({ level, datasetType, finding, action }, i) => {
      const { mark, style } = MARKS[level]
      const [first = '', ...others] = wrapped(`${titles[datasetType]}: ${finding}`, WIDTH - 2, '')
      return [
        ...(i === 0 ? [] : ['']),
        `${styleText(style, mark)} ${styleText('bold', first)}`,
        ...others.map(line => `  ${styleText('bold', line)}`),
        ...wrapped(`→ ${action}`, WIDTH - 2, '  ').map(line => `  ${line}`),
      ]
    }),
  ]
}

function datasetLines(dataset: DatasetReport): readonly string[] {
  const { datasetType, rows, incomplete, histories, withoutInteractions } = dataset
  // The event types have a table of their own.
  const columns = dataset.columns.filter(({ name, top }) => name !== 'EVENT_TYPE' || top.length < 2)
  const facts = [
    rowsOf(rows),
    ...(incomplete > 0 ? [`${percent(incomplete, rows)} of them incomplete`] : []),
    ...(withoutInteractions?.count ? [`${percent(withoutInteractions.count, rows)} without interactions`] : []),
  ]
  return [
    ...heading(`${titles[datasetType]}: ${facts.join(', ')}`),
    ...(histories && rows > 0 ? historyLines(dataset, histories) : []),
    ...(columns.length > 0 && rows > 0 ? columnLines(columns, rows, WIDTH) : []),
  ]
}

function historyLines({ datasetType, rows, columns }: DatasetReport, histories: Histories): readonly string[] {
  const { users, items, times, anonymous, strangers, repeated, duplicates } = histories
  const things = datasetType === 'INTERACTIONS' ? 'items' : 'actions'
  const heads = ['', '>number', '>min', '>25 %', '>median', '>75 %', '>90 %', '>99 %', '>max', 'distribution']
  const unknown = [
    ...(strangers.users ? [`${many(strangers.users)} users`] : []),
    ...(strangers.items ? [`${many(strangers.items)} ${things}`] : []),
  ]
  const top = items.top.map(({ id, count }) => `${quoted(id)} (${number(count)})`).join(', ')
  const facts = [
    ...(top === '' ? [] : [`Most interactions: ${top}.`]),
    ...(unknown.length > 0 ? [`Without a record: ${unknown.join(', ')}.`] : []),
    ...(anonymous.rows > 0 ? [`Of ${number(anonymous.sessions)} anonymous sessions: ${rowsOf(anonymous.rows)}.`] : []),
    `Exact duplicates left out: ${number(duplicates)}. Repeated event ids: ${number(repeated)}.`,
  ]
  return [
    'Numbers of interactions:',
    ...aligned([heads, spreadCells('users', users), spreadCells(things, items)]),
    '',
    ...(times ? timeLines(times) : []),
    ...facts.flatMap(fact => wrapped(fact, WIDTH, '  ')),
    '',
    ...shareLines(columns, rows),
  ]
}

function spreadCells(what: string, { distinct, interactions, histogram }: Spread): readonly string[] {
  if (!interactions) return [what, many(distinct)]
  const { min, p25, median, p75, p90, p99, max } = interactions
  const shown = histogram.slice(histogram.findIndex(({ count }) => count > 0)).map(({ count }) => count)
  const plot = `${number(min)} ${columnsPlot(shown)} ${number(max)}`
  return [what, many(distinct), ...[min, p25, median, p75, p90, p99, max].map(number), plot]
}

function timeLines({ first, last, days, daysWith, longestGap, histogram }: TimesReport): readonly string[] {
  const gaps = longestGap
    ? `${number(days - daysWith)} of ${daysOf(days)} without any; the longest gap is ${gapText(longestGap)}.`
    : `Interactions on each of ${daysOf(days)}.`
  return [
    `From ${time(first)} to ${time(last)}: ${columnsPlot(histogram)}`,
    ...wrapped(days === 1 ? 'All on one day.' : gaps, WIDTH, '  '),
  ]
}

const BAR = 40

/** Lines with the share of each event type. */
function shareLines(columns: DatasetReport['columns'], rows: number): readonly string[] {
  const types = columns.find(({ name }) => name === 'EVENT_TYPE')
  if (!types || types.top.length < 2) return []
  const cells = types.top.map(({ value, count }) => {
    return [quoted(value), number(count), percent(count, rows), bar(count / rows, BAR)]
  })
  return [...aligned([['event type', '>rows', '>share', ''], ...cells]), '']
}

function heading(text: string): readonly string[] {
  return ['', styleText('bold', `${text} `.padEnd(WIDTH, '─')), '']
}
