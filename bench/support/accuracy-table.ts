import type { Asked, Protocol } from './protocols.ts'
import { PUBLISHED } from './published.ts'
import type { Measured } from './recipe-rows.ts'

/** What gains are counted from where there are folds to compare by. */
const BASELINE = 'aws-popularity-count'
const NAME_WIDTH = 46
const CELL_WIDTH = 14

/**
 * Prints a table for each list of questions: a row a recipe, below it those that share it, which later tables only
 * count; then what others published. `measured` has, of each training, what it came to in every fold: given are the
 * means, and of the peaks of memory the greatest.
 */
export function print(
  measured: readonly (readonly Measured[])[],
  asked: readonly Asked[],
  { metrics, folds }: Protocol,
  dataSet: string,
): void {
  const names = metrics.map(([name, k]) => `${name}@${k}`)
  for (const [at, { title }] of asked.entries()) {
    const wide = CELL_WIDTH * metrics.length
    console.log(
      `\n${title.padEnd(NAME_WIDTH + 15)}${'history removed'.padStart(wide)}${'nothing removed'.padStart(wide)}`,
    )
    const header = [...names, ...names, ...(folds > 1 ? ['to popular', 'folds better'] : [])]
    console.log(line('recipe', 'seconds', 'MiB', header))
    const baseline = measured.find(([first]) => first!.rows[0]!.recipes.includes(BASELINE))
    for (const trainings of measured)
      for (const [r, { recipes }] of trainings[0]!.rows.entries()) {
        const [first, ...others] = recipes
        const name = at > 0 && others.length > 0 ? `${first} and ${others.length} more` : first!
        const figures = figuresOf(trainings, r, at)
        const compared = folds > 1 && baseline ? gainsOf(figures, figuresOf(baseline, 0, at)) : []
        const seconds = mean(trainings.map(({ seconds }) => seconds)).toFixed(1)
        const mebibytes = Math.max(...trainings.map(({ mebibytes }) => mebibytes))
        console.log(line(name, seconds, `${mebibytes}`, [...meansOf(figures), ...compared]))
        if (at === 0) for (const name of others) console.log(`  ${name}`)
      }
  }
  if (folds > 1) return
  for (const [name, a, b, source] of PUBLISHED[dataSet] ?? [])
    console.log(`${line(name, '', '', [a.toFixed(4), b.toFixed(4)])}  ${source}`)
}

const line = (name: string, seconds: string, mebibytes: string, cells: readonly string[]) =>
  name.padEnd(NAME_WIDTH) +
  seconds.padStart(7) +
  mebibytes.padStart(8) +
  cells.map(cell => cell.padStart(CELL_WIDTH)).join('')

/** Of each fold the metrics of a row, asked one of the lists. */
function figuresOf(trainings: readonly Measured[], row: number, asked: number): readonly (readonly number[])[] {
  return trainings.map(({ rows }) => rows[row]!.figures[asked]!)
}

function meansOf(figures: readonly (readonly number[])[]): string[] {
  return figures[0]!.map((_, m) => mean(figures.map(fold => fold[m]!)).toFixed(4))
}

/** How much the first metric is better than the baseline's, and in how many folds it is. */
function gainsOf(figures: readonly (readonly number[])[], baseline: readonly (readonly number[])[]): string[] {
  const [own, theirs] = [figures, baseline].map(folds => folds.map(([first]) => first!))
  const gain = 100 * (mean(own!) / mean(theirs!) - 1)
  return [`${gain.toFixed(1)} %`, String(own!.filter((value, fold) => value > theirs![fold]!).length)]
}

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length
}
