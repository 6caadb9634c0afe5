import { mean } from './paired.ts'
import type { Protocol, QuestionTable } from './protocols.ts'
import { PUBLISHED } from './published.ts'
import type { Compared, Figures, Measured } from './recipe-rows.ts'

/** The measurements of a set by a protocol. */
export interface Printed {
  readonly set: string
  readonly asked: readonly QuestionTable[]
  readonly protocol: Protocol
  /** The measurements of each training in every fold. The table has their means, and the greatest peak of memory. */
  readonly measured: readonly (readonly Measured[])[]
}

/**
 * Returns a Markdown table for each list of questions. Recipes with the same answers share a row. Beside it stand the
 * best single model of the blend, and the gain of the recipe over it on the same questions, ± the standard error.
 * Published figures follow.
 */
export function tablesOf({ set, asked, protocol: { metrics, folds }, measured }: Printed): string[] {
  const names = metrics.map(([name, k]) => `${LABELS[name]}@${k}`).join(' / ')
  return asked.flatMap(({ title }, at) => {
    const header = [
      `${set}: ${title}`,
      names,
      'nothing removed',
      'best model alone',
      names,
      'recipe − model',
      'seconds',
      'processor',
      'MiB',
    ]
    const rows = measured.flatMap(trainings => trainings[0]!.rows.map((_, row) => rowOf(trainings, row, at, metrics)))
    const published = at === 0 && folds === 1 ? (PUBLISHED[set] ?? []) : []
    const others = published.map(([name, a, b, source]) => [`${name} (${source})`, both([a, b]), ...Array(7).fill('')])
    return ['', ...aligned([header, ...rows, ...others])]
  })
}

const LABELS = { hitRate: 'HR', recall: 'Recall', ndcg: 'NDCG' }

function rowOf(trainings: readonly Measured[], row: number, asked: number, metrics: Protocol['metrics']): string[] {
  const { recipes } = trainings[0]!.rows[row]!
  const folds = trainings.map(({ rows }) => rows[row]!.asked[asked]!)
  const [best] = singlesOf(folds, metrics)
  return [
    recipes.length > 3 ? `${recipes[0]} and ${recipes.length - 1} more` : recipes.join(', '),
    both(overFolds(folds.map(({ removed }) => removed))),
    both(overFolds(folds.map(({ all }) => all))),
    ...(best ? [best.name, both(best.figures), gainOf(best)] : ['', '', '']),
    mean(trainings.map(({ seconds }) => seconds)).toFixed(1),
    mean(trainings.map(({ processorSeconds }) => processorSeconds)).toFixed(1),
    String(Math.max(...trainings.map(({ mebibytes }) => mebibytes))),
  ]
}

/** Returns a line for each single model of a blend, the best first, and the weights of the models. */
export function modelsOf({ asked, measured, protocol: { metrics } }: Printed): string[] {
  return measured.flatMap(trainings => [
    '',
    ...trainings[0]!.weights.map(line => `- ${line}`),
    '',
    ...aligned([['step', 'processor seconds'], ...trainings[0]!.steps.map(([name, s]) => [name, s.toFixed(1)])]),
    ...asked.flatMap(({ title }, at) => {
      const singles = singlesOf(
        trainings.map(({ rows }) => rows[0]!.asked[at]!),
        metrics,
      )
      const rows = singles.map(one => [one.name, both(one.figures), gainOf(one)])
      return singles.length === 0
        ? []
        : ['', ...aligned([[`${title}, models alone`, 'figures', 'recipe − model'], ...rows])]
    }),
  ])
}

/** Returns the figures of campaigns, a line for each recipe and list of questions. */
export function campaignsOf({ asked, measured }: Printed): string[] {
  return measured.flatMap(([first]) =>
    first!.rows.flatMap(({ recipes, asked: figures }) =>
      figures.flatMap(({ campaign }, at) =>
        campaign
          ? `${recipes[0]}, ${asked[at]!.title}, through a campaign: ${both(campaign.figures)}; in process more by ${gainOf(campaign)}`
          : [],
      ),
    ),
  )
}

/** The models that every fold has, sorted by NDCG. The figures are means over the folds, which ask different users. */
function singlesOf(folds: readonly Figures[], metrics: Protocol['metrics']): Compared[] {
  const ndcg = metrics.findIndex(([name]) => name === 'ndcg')
  const found = folds[0]!.singles.flatMap(({ name }) => {
    const own = folds.flatMap(({ singles }) => singles.find(single => single.name === name) ?? [])
    if (own.length < folds.length) return []
    const gains = own[0]!.gains.map((_, m) => ({
      mean: mean(own.map(one => one.gains[m]!.mean)),
      error: Math.hypot(...own.map(one => one.gains[m]!.error)) / own.length,
    }))
    return { name, figures: overFolds(own.map(({ figures }) => figures)), gains }
  })
  return found.sort((a, b) => b.figures[ndcg]! - a.figures[ndcg]!)
}

function gainOf({ gains }: Compared): string {
  return gains.map(({ mean, error }) => `${signed(mean)} ± ${digits(error)}`).join(' / ')
}

function overFolds(figures: readonly (readonly number[])[]): number[] {
  return figures[0]!.map((_, m) => mean(figures.map(fold => fold[m]!)))
}

const digits = (value: number) => value.toFixed(4).replace(/^0/, '')
const signed = (value: number) => (value < 0 ? `−${digits(-value)}` : `+${digits(value)}`)
const both = (figures: readonly number[]) => figures.map(digits).join(' / ')

/** Returns a Markdown table whose columns are aligned in a terminal too. The first row is the header. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(3, ...rows.map(row => row[column]!.length)))
  const line = (row: readonly string[]) => `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`
  return [line(rows[0]!), `|${widths.map(width => '-'.repeat(width + 2)).join('|')}|`, ...rows.slice(1).map(line)]
}
