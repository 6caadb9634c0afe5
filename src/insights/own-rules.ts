import { whyUnused } from '../recommender/training/unused.ts'
import { about } from './guide-rules.ts'
import { eventsOfMetrics } from './measured-types.ts'
import type { ColumnReport, DatasetReport, Level, TimesReport, Unmatched } from './report.ts'
import type { Finding, Rule } from './rule.ts'
import { eventsOfUseCases } from './use-cases.ts'
import { counted, gapText, listed, many, number, percent, quoted, rowsOf, titles } from './words.ts'

/** The least days of a gap that is reported, if there are interactions on nearly all other days. */
const GAP_DAYS = 7
const GAP_SHARE = 0.05
const DENSE_SHARE = 0.8
const ALIKE_SHARE = 0.01

/** Further insights, about faults that cause no error. */
export const ownRules: readonly Rule[] = [
  {
    name: 'empty',
    find: ({ datasetType, rows }) =>
      rows === 0 ? { level: 'warning', finding: `The ${titles[datasetType]} dataset is empty.` } : undefined,
    action: 'Import into it, or leave it out of the dataset group.',
  },
  {
    name: 'cells-taken-as-missing',
    find({ missingCells }) {
      if (missingCells.length === 0) return undefined
      const found = missingCells.map(({ column, rows, empty, unreadable, first }) => {
        const counts = [
          ...(empty > 0 ? [`${number(empty)} empty`] : []),
          ...(unreadable > 0 ? [`${number(unreadable)} unreadable`] : []),
        ]
        return `${column}, ${counts.join(' and ')} of ${number(rows)} (${first})`
      })
      return { level: 'warning', finding: `An import took cells as missing values: ${listed(found, 4)}.` }
    },
    action:
      'Correct these cells and import again. If some rows have no value, give the column a null type in its schema.',
  },
  {
    name: 'unknown-properties',
    find({ unknownProperties = [] }) {
      if (unknownProperties.length === 0) return undefined
      const found = unknownProperties.map(({ name, count, perhaps }) => {
        return `${quoted(name)} of ${number(count)}${perhaps ? `, perhaps meant to be ${perhaps}` : ''}`
      })
      const isMisspelt = unknownProperties.some(({ perhaps }) => perhaps)
      return {
        level: isMisspelt ? 'warning' : 'note',
        finding: `Properties that are no fields, left out since the server started: ${listed(found)}.`,
      }
    },
    action: 'Correct the name in the program that sends it, or add the field to the schema.',
  },
  {
    name: 'events-of-use-cases',
    of: ['INTERACTIONS'],
    find: eventsOfUseCases,
    action: 'Give such events this type, letter case included. A use case that nobody creates needs none.',
  },
  {
    name: 'events-of-metrics',
    of: ['INTERACTIONS'],
    find: eventsOfMetrics,
    action: 'Give such events this type, letter case included, or give the metric another eventType.',
  },
  {
    name: 'users-without-record',
    of: ['INTERACTIONS', 'ACTION_INTERACTIONS'],
    find: ({ rows, histories }, all) => strangers(rows, histories!.strangers.users, all, 'USERS'),
    action: 'Import these users too, or make the ids of both datasets the same.',
  },
  {
    name: 'items-without-record',
    of: ['INTERACTIONS'],
    find: ({ rows, histories }, all) => strangers(rows, histories!.strangers.items, all, 'ITEMS'),
    action: 'Import these items too, or make the ids of both datasets the same.',
  },
  {
    name: 'actions-without-record',
    of: ['ACTION_INTERACTIONS'],
    find: ({ rows, histories }, all) => strangers(rows, histories!.strangers.items, all, 'ACTIONS'),
    action: 'Import these actions too: others cannot be recommended.',
  },
  {
    name: 'strange-times',
    find(dataset) {
      const found = timesIn(dataset).flatMap(([name, times]) => strangeTimes(name, times))
      if (found.length === 0) return undefined
      const level = found.some(({ level }) => level === 'warning') ? 'warning' : 'note'
      return { level, finding: `${found.map(({ finding }) => finding).join('; ')}.` }
    },
    action: 'Times are seconds since 1970 (UTC). Divide milliseconds by 1000; leave an unknown time empty.',
  },
  {
    name: 'gap',
    of: ['INTERACTIONS'],
    find({ histories }) {
      const times = histories!.times
      const gap = times?.longestGap
      if (!gap || gap.days < Math.max(GAP_DAYS, GAP_SHARE * times.days)) return undefined
      if (times.daysWith < DENSE_SHARE * (times.days - gap.days)) return undefined
      return { level: 'note', finding: `No interactions for ${gapText(gap)}.` }
    },
    action: 'Check whether a file was not imported, or whether events were not sent.',
  },
  {
    name: 'ids-with-blanks',
    find: ({ idsWithBlanks }) =>
      idsWithBlanks.count > 0
        ? {
            level: 'error',
            finding: `Ids that begin or end with a blank, and match no others: ${many(idsWithBlanks)}.`,
          }
        : undefined,
    action: 'Remove the blanks and import again; a file must have none after its commas.',
  },
  {
    name: 'ids-for-nothing',
    find: ({ idsForNothing }) =>
      idsForNothing.length > 0
        ? { level: 'warning', finding: `Ids that are words for no value: ${counted(idsForNothing.slice(0, 3))}.` }
        : undefined,
    action:
      'Send events of unknown visitors without a userId, each visit with a sessionId of its own, and no rows without ' +
      'an id: all with the same word are taken for one.',
  },
  {
    name: 'blanks',
    find({ rows, columns }) {
      const found = columns.filter(({ blanks, kind }) => blanks > 0 && kind !== 'text')
      return about('warning', found, 'Values that begin or end with a blank', ({ blanks }) => {
        return `${percent(blanks, rows)} of the rows`
      })
    },
    action: 'Remove the blanks: " a" and "a" are two values, to training and to filters.',
  },
  {
    name: 'spellings',
    find({ columns }) {
      const found = columns.filter(({ spellings }) => spellings.groups > 0)
      return about('warning', found, 'Spelled in several ways', ({ spellings: { groups, examples } }) => {
        const first = counted(examples[0]!)
        return groups > 1 ? `${number(groups)} values, such as ${first}` : first
      })
    },
    action: 'Choose one spelling and import again: to training and to filters each is a value of its own.',
  },
  {
    name: 'other-separators',
    find({ columns }) {
      const found = columns.filter(({ separator }) => separator)
      return about('warning', found, 'Categories that something else than | separates', ({ separator }) => {
        const { separator: character, rows, example } = separator!
        return `${quoted(character)} in ${rowsOf(rows)}, such as ${quoted(example)}`
      })
    },
    action: 'Put | between categories: to training and to filters such a value is one category.',
  },
  {
    name: 'words-for-nothing',
    find({ columns }) {
      const found = columns.filter(({ wordsForNothing }) => wordsForNothing.length > 0)
      return about('warning', found, 'Words for no value that are kept as values', ({ wordsForNothing }) =>
        counted(wordsForNothing.slice(0, 3)),
      )
    },
    action: 'Leave the cell empty, or the property out: such a word counts as a value.',
  },
  {
    name: 'repeated-event-ids',
    of: ['INTERACTIONS', 'ACTION_INTERACTIONS'],
    find: ({ rows, histories }) => share(histories!.repeated, rows, 'Rows whose eventId had come before'),
    action: 'They are stored, but not trained on. An eventId must belong to one event, not to an order or a session.',
  },
  {
    name: 'duplicates',
    of: ['INTERACTIONS', 'ACTION_INTERACTIONS'],
    find({ histories }) {
      const { duplicates } = histories!
      return duplicates > 0
        ? { level: 'note', finding: `Exact duplicates that were put, and left out: ${number(duplicates)}.` }
        : undefined
    },
    action: 'None, if a client retries unconfirmed events. Otherwise find the client that sends events twice.',
  },
  {
    name: 'nearly-duplicates',
    of: ['INTERACTIONS', 'ACTION_INTERACTIONS'],
    find({ rows, histories }) {
      const { alike } = histories!
      const what = 'Rows that have the user, item, event type and time of another, and differ in something else'
      return alike >= ALIKE_SHARE * rows ? share(alike, rows, what) : undefined
    },
    action: 'Check whether the same event was imported twice, with other details.',
  },
  {
    name: 'unused-columns',
    find({ datasetType, rows, columns }) {
      const reasons = columns.flatMap(column => {
        const reason = unusedReason(datasetType, rows, column)
        return reason ? [[reason, column.name] as const] : []
      })
      if (reasons.length === 0) return undefined
      const byReason = Map.groupBy(reasons, ([reason]) => reason)
      const texts = [...byReason].map(([reason, found]) => `${found.map(([, name]) => name).join(', ')} (${reason})`)
      return { level: 'note', finding: `No recipe learns from ${texts.join('; ')}.` }
    },
    action: 'To learn from them, import values that differ; a column of texts must be categorical in the schema.',
  },
]

function strangers(
  rows: number,
  found: Unmatched | undefined,
  all: readonly DatasetReport[],
  type: DatasetReport['datasetType'],
): Finding | undefined {
  const others = all.find(({ datasetType }) => datasetType === type)
  // An empty dataset has an insight of its own.
  if (!found || found.count === 0 || !others || others.rows === 0) return undefined
  const title = titles[type]
  const { examples, alike } = found
  const share = `${many(found)} of ${number(found.of)} ${title.toLowerCase()} in interactions (${percent(found.rows!, rows)} of the rows) are not in ${title}`
  const isAlike = alike !== undefined && alike.count > 0
  const level: Level = found.count === found.of ? 'error' : isAlike || found.rows! >= rows / 10 ? 'warning' : 'note'
  if (!isAlike) return { level, finding: `${share}, such as ${examples.map(quoted).join(', ')}.` }
  const [{ id, other }] = alike.examples as [(typeof alike.examples)[number]]
  const among = alike.count === found.count ? 'All' : `${number(alike.count)} of ${number(alike.of)}`
  return {
    level,
    finding: `${share}. ${among} differ from an id there by case, blanks, ".0" or leading zeros only: ${quoted(id)} is ${quoted(other)} there.`,
  }
}

function timesIn({ histories, columns }: DatasetReport): readonly (readonly [string, TimesReport])[] {
  const times = columns.flatMap(({ name, times }) => (times ? [[name, times] as const] : []))
  return histories?.times ? [['TIMESTAMP', histories.times], ...times] : times
}

function strangeTimes(name: string, times: TimesReport): readonly Finding[] {
  const { likeMilliseconds, in1970, inTheFuture, last } = times
  const found: Finding[] = []
  const say = (level: Level, finding: string) => found.push({ level, finding: `${name}: ${finding}` })
  if (likeMilliseconds > 0)
    say('warning', `${number(likeMilliseconds)} like milliseconds (the last is ${String(last)})`)
  if (in1970 > 0 && last < YEAR_END)
    say('warning', `all ${number(in1970)} in 1970, as numbers from 1 on or another unit would be`)
  else if (in1970 > 0) say('note', `${number(in1970)} in 1970, as 0 for an unknown time would be`)
  if (inTheFuture > 0 && !name.includes('EXPIRATION'))
    say('warning', `${number(inTheFuture)} in the future, and so the newest of all`)
  return found
}

const YEAR_END = 365 * 86_400

function share(count: number, rows: number, what: string): Finding | undefined {
  if (count === 0) return undefined
  return { level: 'note', finding: `${what}: ${number(count)} (${percent(count, rows)}).` }
}

function unusedReason(
  datasetType: DatasetReport['datasetType'],
  rows: number,
  { name, type, nullable, kind, missing, distinct }: ColumnReport,
): string | undefined {
  if (rows === 0) return undefined
  if (missing === rows) return 'no row has a value'
  const field = { name, type, nullable, categorical: kind === 'categories', textual: kind === 'text' }
  const reason = whyUnused(datasetType, field, distinct.count)
  if (reason) return reason
  return distinct.count === 1 && missing === 0 && name !== 'EVENT_TYPE' ? 'all rows have the same value' : undefined
}
