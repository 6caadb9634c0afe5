/**
 * How good the recommendations are, beside what others published: a row for each recipe, trained as a solution version
 * is, from a store, with the seconds and the peak of memory that this took. Recipes that train the same model with the
 * same settings share a training, and a row where their answers are the same. A training chooses on users that it holds
 * back by itself; the test split is looked at here alone.
 *
 *     npm run bench:accuracy -- --data ../shared/data/ml-1m --protocol leave-last-out
 *     npm run bench:accuracy -- --data ../shared/data/gowalla --protocol given-split
 *     npm run bench:accuracy -- --data ../shared/data/ml-100k --protocol cold-user
 *
 * `--recipes aws-sims,aws-similar-items` trains for these alone. `--models` adds the models of the engine one by one,
 * and blends of them that are chosen on the validation split of the data set.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { leaveLastOut } from '../src/engine/interactions.ts'
import { recipes } from '../src/recipes/recipes.ts'
import { loadGivenSplit, loadPeople, loadSequences } from './support/accuracy-data.ts'
import { print } from './support/accuracy-table.ts'
import { coldUsers } from './support/cold-users.ts'
import { compareModels } from './support/model-rows.ts'
import { described, PROTOCOLS } from './support/protocols.ts'
import { type Measured, measure, recipesTrained, unasked } from './support/recipe-rows.ts'
import { fillStore } from './support/recipe-store.ts'

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    protocol: { type: 'string', default: 'leave-last-out' },
    seed: { type: 'string', default: '1' },
    recipes: { type: 'string' },
    models: { type: 'boolean', default: false },
    // Of the processes that this one starts, one a training.
    'data-dir': { type: 'string' },
    fold: { type: 'string', default: '0' },
  },
})
if (!values.data) throw new Error('--data is missing: the folder of a data set, such as ../shared/data/ml-1m')
const folder = values.data
const seed = Number(values.seed)
const protocol = PROTOCOLS[values.protocol]!
if (!protocol) throw new Error(`--protocol is ${values.protocol}, not one of ${Object.keys(PROTOCOLS).join(', ')}`)
const wanted = values.recipes?.split(',')
const unknown = wanted?.find(name => recipes.every(recipe => recipe.name !== name))
if (unknown) throw new Error(`--recipes has ${unknown}, which is no recipe`)

const modelsOf: Readonly<Record<string, () => void>> = {
  'leave-last-out': () => compareModels(leaveLastOut(loadSequences(folder)), 10, 'hitRate', seed),
  'given-split': () => compareModels(loadGivenSplit(folder), 20, 'recall', seed),
  'cold-user': () => coldUsers(loadPeople(folder), seed),
}

if (values['data-dir']) {
  const fold = Number(values.fold)
  const title = protocol.folds > 1 ? `${wanted![0]}, fold ${fold + 1} of ${protocol.folds}` : wanted![0]!
  const load = () => protocol.load(folder, fold, seed)
  const measured = await measure(wanted!, { dataDir: values['data-dir'], load, protocol, title })
  console.log(JSON.stringify(measured))
} else {
  await compareRecipes()
  if (values.models) modelsOf[values.protocol]!()
}

async function compareRecipes(): Promise<void> {
  const first = protocol.load(folder, 0, seed)
  console.log(described(folder, first))
  const groups = recipesTrained(first)
    .map(group => group.map(({ name }) => name))
    .filter(names => !wanted || names.some(name => wanted.includes(name)))
  const measured: Measured[][] = groups.map(() => [])
  for (let fold = 0; fold < protocol.folds; fold++) {
    const dataDir = mkdtempSync(`${tmpdir()}/personalite-accuracy-`)
    try {
      await fillStore(dataDir, protocol.load(folder, fold, seed))
      for (const [at, names] of groups.entries()) measured[at]!.push(inProcess(names, dataDir, fold))
    } finally {
      rmSync(dataDir, { recursive: true })
    }
  }
  print(measured, first.asked, protocol, basename(folder))
  const left = Map.groupBy(recipes, recipe => unasked(recipe, first))
  for (const [why, some] of left) if (why) console.log(`\n${some.map(({ name }) => name).join(', ')}: ${why}`)
}

/** A training in a process of its own, so that its peak of memory is its own. */
function inProcess(names: readonly string[], dataDir: string, fold: number): Measured {
  const { data: _data, models: _models, ...rest } = values
  const given = { ...rest, data: folder, recipes: names.join(','), 'data-dir': dataDir, fold: String(fold) }
  const options = Object.entries(given).flatMap(([name, value]) => [`--${name}`, value])
  const output = execFileSync(process.execPath, [import.meta.filename, ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return JSON.parse(output.toString())
}
