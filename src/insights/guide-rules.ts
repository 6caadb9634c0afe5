import { INTERACTIONS_MIN, USERS_MIN, USERS_SHARE_MIN } from '../recommender/training/minimums.ts'
import { isSeldom } from './column.ts'
import type { ColumnReport, DatasetReport, Level } from './report.ts'
import type { Finding, Rule } from './rule.ts'
import { figure, listed, many, number, percent, titles } from './words.ts'

const INTERACTIONS_ADVISED = 50_000
const USERS_ADVISED = 1000
const COMPLETE_MIN = 0.7
const TEXT_COMPLETE_MIN = 0.85
const CATEGORIES_MAX = 1000
const EVENT_TYPES_MAX = 10

const FILL =
  'Import the missing values, leave incomplete rows out, or fill in the mean of a number or the most frequent category.'

/** The insights of the guide, in its order and with its thresholds (analyzing-data.md). */
export const guideRules: readonly Rule[] = [
  {
    name: 'few-interactions',
    of: ['INTERACTIONS'],
    find({ histories }) {
      const { rows } = histories!.trainable
      const limits = { needed: INTERACTIONS_MIN, advised: INTERACTIONS_ADVISED }
      return tooFew(rows, `There are ${number(rows)} interactions`, limits)
    },
    action: 'Import further interactions, if there are any, before training.',
  },
  {
    name: 'few-users-with-two-interactions',
    of: ['INTERACTIONS'],
    find({ histories }) {
      const { users, withTwo } = histories!.trainable
      const limits = { needed: Math.max(USERS_MIN, Math.ceil(USERS_SHARE_MIN * users)), advised: USERS_ADVISED }
      return tooFew(withTwo, `${number(withTwo)} users have two or more interactions`, limits)
    },
    action: 'Import at least two interactions of each further user, if there are any, before training.',
  },
  {
    name: 'without-interactions',
    of: ['ITEMS', 'ACTIONS'],
    find: withoutInteractions,
    action: 'Check that all interactions were imported, with the same ids. Exploration recommends some of these.',
  },
  {
    name: 'without-interactions',
    of: ['USERS'],
    find: withoutInteractions,
    action:
      'Check that all interactions were imported, with the same ids. Their recommendations go by properties or popularity.',
  },
  {
    name: 'incomplete-rows',
    find({ datasetType, rows, incomplete }) {
      if (incomplete <= (1 - COMPLETE_MIN) * rows) return undefined
      return {
        level: 'warning',
        finding: `${percent(incomplete, rows)} of the rows of ${titles[datasetType]} lack a value. Fields should be 70 % complete.`,
      }
    },
    action: FILL,
  },
  {
    name: 'incomplete-columns',
    find({ rows, columns }) {
      const found = columns.filter(({ name, missing }) => !isSeldom(name) && missing > (1 - COMPLETE_MIN) * rows)
      return about('warning', found, 'Less than 70 % complete', ({ missing }) => percent(rows - missing, rows))
    },
    action: FILL,
  },
  {
    name: 'outliers',
    find({ columns }) {
      const found = columns.filter(({ numbers }) => numbers?.outliersBeyond)
      return about('note', found, 'Outliers', ({ numbers }) => {
        const { min, max, median, outliersBeyond } = numbers!
        const far = [...(min < outliersBeyond!.low ? [min] : []), ...(max > outliersBeyond!.high ? [max] : [])]
        return `${far.map(figure).join(' and ')}, where the median is ${figure(median)}`
      })
    },
    action: 'Check whether these values are meant: -1 or 999 often stand for no value, and another unit is far off.',
  },
  {
    name: 'many-categories',
    find({ columns }) {
      const found = columns.filter(({ kind, distinct }) => kind === 'categories' && distinct.count > CATEGORIES_MAX)
      return about('warning', found, `More than ${number(CATEGORIES_MAX)} categories`, ({ distinct }) => many(distinct))
    },
    action:
      'Check for spellings of the same category, or for ids that are no categories. Training uses the 500 most frequent.',
  },
  {
    name: 'incomplete-texts',
    of: ['ITEMS'],
    find({ rows, columns }) {
      const found = columns.filter(({ kind, missing }) => kind === 'text' && missing > (1 - TEXT_COMPLETE_MIN) * rows)
      return about('warning', found, 'Texts that are less than 85 % complete', ({ missing }) =>
        percent(rows - missing, rows),
      )
    },
    action: 'Import the missing texts. AWS does not train on such a column; here items without a text count as alike.',
  },
  {
    name: 'many-event-types',
    of: ['INTERACTIONS'],
    find({ columns }) {
      const types = columns.find(({ name }) => name === 'EVENT_TYPE')
      if (!types || types.distinct.count <= EVENT_TYPES_MAX) return undefined
      return {
        level: 'warning',
        finding: `There are ${many(types.distinct)} event types. With more than ${EVENT_TYPES_MAX} training fails at AWS.`,
      }
    },
    action: 'Check for spellings of the same event type, and leave out the least informative types.',
  },
  {
    name: 'one-time',
    of: ['INTERACTIONS'],
    find({ rows, histories }) {
      if (rows < 2 || !histories!.times?.isOneTime) return undefined
      return {
        level: 'warning',
        finding: 'All interactions have the same time. At AWS the training of user segments fails.',
      }
    },
    action: 'Import the time of each interaction: models learn from the order of events.',
  },
]

function tooFew(
  count: number,
  what: string,
  { needed, advised }: { readonly needed: number; readonly advised: number },
): Finding | undefined {
  const advice = `the guide advises ${number(advised)}`
  if (count < needed)
    return {
      level: 'error',
      finding: `${what}, ${number(needed - count)} fewer than training needs; ${advice}.`,
    }
  return count < advised ? { level: 'note', finding: `${what}; ${advice}.` } : undefined
}

function withoutInteractions({ datasetType, withoutInteractions: found }: DatasetReport): Finding | undefined {
  if (!found || found.count === 0) return undefined
  const what = titles[datasetType].toLowerCase()
  const level = found.count === found.of ? 'error' : found.count >= found.of / 2 ? 'warning' : 'note'
  return {
    level,
    finding: `${percent(found.count, found.of)} of the ${what} (${many(found)} of ${number(found.of)}) have no interactions.`,
  }
}

/** Returns a finding about several columns, with a detail of each; undefined if there are none. */
export function about(
  level: Level,
  columns: readonly ColumnReport[],
  what: string,
  detail: (column: ColumnReport) => string,
): Finding | undefined {
  if (columns.length === 0) return undefined
  return { level, finding: `${what}: ${listed(columns.map(column => `${column.name} (${detail(column)})`))}.` }
}
