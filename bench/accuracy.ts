/**
 * Measures the quality of the recommendations of each recipe, which is trained from a store like a solution version.
 * Beside it stand the best single model of its blend (with the paired difference and its standard error), and published
 * figures. It also prints the seconds and the peak of memory of the training. A training makes its choices on users
 * that it holds back itself. Only this program reads the test split. Prints Markdown.
 *
 *     npm run bench:accuracy                                        generated sets, which need no files
 *     npm run bench:accuracy -- toys lastfm --data DIR              public sets, folders of DIR
 *     npm run bench:accuracy -- ml-100k --data DIR --protocol cold-user
 *     npm run bench:accuracy -- toys --data DIR --quick             one recipe, what its blend's models weigh, its steps
 *     npm run bench:accuracy -- --data DIR --table                  the table of docs/measurements
 *
 * Recipes that train the same model with the same settings share a training, and a row if their answers are the same.
 * `--recipes aws-sims,aws-similar-items` trains only for these. `--models` adds the single models that the training
 * left out. `--campaign` asks a campaign of a real server the same questions. Protocols: support/protocols.ts.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { recipes } from '../src/recipes/recipes.ts'
import { campaignsOf, modelsOf, type Printed, tablesOf } from './support/accuracy-table.ts'
import { type DataSet, dataSet, GENERATED, PUBLIC } from './support/data-sets.ts'
import { readOptions, refuse } from './support/options.ts'
import { described, PROTOCOLS, usualProtocol } from './support/protocols.ts'
import { type Measured, measure, recipesTrained, unasked } from './support/recipe-rows.ts'
import { fillStore } from './support/recipe-store.ts'

const { values, positionals } = readOptions({
  allowPositionals: true,
  options: {
    data: { type: 'string' },
    protocol: { type: 'string' },
    seed: { type: 'string', default: '1' },
    recipes: { type: 'string' },
    quick: { type: 'boolean', default: false },
    models: { type: 'boolean', default: false },
    campaign: { type: 'boolean', default: false },
    table: { type: 'boolean', default: false },
    // For the processes that this one starts, one for each training.
    'data-dir': { type: 'string' },
    fold: { type: 'string', default: '0' },
  },
})
const seed = Number(values.seed)
const QUICK = 'aws-user-personalization-v2'
const wanted = values.recipes?.split(',') ?? (values.quick || values.table || values.campaign ? [QUICK] : undefined)
const unknown = wanted?.find(name => recipes.every(recipe => recipe.name !== name))
if (unknown !== undefined) refuse(`--recipes has ${unknown}, which is no recipe`)
if (values.protocol && !PROTOCOLS[values.protocol])
  refuse(`--protocol is ${values.protocol}, not one of ${Object.keys(PROTOCOLS).join(', ')}`)

const open = (name: string) => dataSet(name, values.data, seed)

if (values['data-dir']) console.log(JSON.stringify(await measureHere(values['data-dir'])))
else if (values.table) await printTable()
else
  for (const name of positionals.length > 0 ? positionals : GENERATED) {
    const set = open(name)
    const protocol = values.protocol ?? usualProtocol(set)
    const unfit = PROTOCOLS[protocol]!.unfit(set)
    if (unfit) console.log(`${name}: not by ${protocol}, ${unfit}\n`)
    else await compareRecipes(set, protocol)
  }

/** Prints a table of every set by every protocol that fits it. */
async function printTable(): Promise<void> {
  const names = positionals.length > 0 ? positionals : [...(values.data ? PUBLIC : []), ...GENERATED]
  const all = names.flatMap(name => {
    const set = open(name)
    return Object.keys(PROTOCOLS).flatMap(protocol => (PROTOCOLS[protocol]!.unfit(set) ? [] : { set, protocol }))
  })
  for (const [at, { set, protocol }] of all.entries()) {
    console.error(`${at + 1} of ${all.length}: ${set.name}, ${protocol}`)
    await compareRecipes(set, protocol)
  }
}

async function compareRecipes(set: DataSet, name: string): Promise<void> {
  const protocol = PROTOCOLS[name]!
  const first = protocol.load(set, 0, seed)
  console.log(`${described(set, first)}, by ${name}`)
  const groups = recipesTrained(first)
    .map(group => group.flatMap(({ name }) => (!wanted || wanted.includes(name) ? name : [])))
    .filter(names => names.length > 0)
  const measured: Measured[][] = groups.map(() => [])
  for (let fold = 0; fold < (values.quick ? 1 : protocol.folds); fold++) {
    const dataDir = mkdtempSync(`${tmpdir()}/personalite-accuracy-`)
    try {
      await fillStore(dataDir, protocol.load(set, fold, seed))
      for (const [at, names] of groups.entries()) measured[at]!.push(inProcess(set, name, names, dataDir, fold))
    } finally {
      rmSync(dataDir, { recursive: true })
    }
  }
  const printed: Printed = { set: set.name, asked: first.asked, protocol, measured }
  console.log(tablesOf(printed).join('\n'))
  if (isServed(name)) console.log(`${campaignsOf(printed).join('\n')}\n`)
  if (values.quick) console.log(`${modelsOf(printed).join('\n')}\n`)
  if (wanted) return
  const left = Map.groupBy(recipes, recipe => unasked(recipe, first))
  for (const [why, some] of left) if (why) console.log(`${some.map(({ name }) => name).join(', ')}: ${why}\n`)
}

/** Whether a campaign is asked too: in the table only by the protocol with one item for each user. */
function isServed(protocol: string): boolean {
  return values.campaign || (values.table && protocol === 'leave-last-out')
}

/** Runs a training in a process of its own, so that the peak of memory is that of this training. */
function inProcess(set: DataSet, protocol: string, names: readonly string[], dataDir: string, fold: number): Measured {
  const given = {
    seed: values.seed,
    protocol,
    recipes: names.join(','),
    'data-dir': dataDir,
    fold: String(fold),
    ...(values.data ? { data: values.data } : {}),
  }
  const options = Object.entries(given).flatMap(([name, value]) => [`--${name}`, value])
  if (values.models || values.table) options.push('--models')
  if (isServed(protocol)) options.push('--campaign')
  const output = execFileSync(process.execPath, [import.meta.filename, set.name, ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 1e8,
  })
  return JSON.parse(output.toString())
}

async function measureHere(dataDir: string): Promise<Measured> {
  const [set, protocol, fold] = [open(positionals[0]!), PROTOCOLS[values.protocol!]!, Number(values.fold)]
  const which = protocol.folds > 1 ? `, fold ${fold + 1} of ${protocol.folds}` : ''
  const load = () => protocol.load(set, fold, seed)
  return measure(wanted!, {
    dataDir,
    load,
    protocol,
    leftOut: values.models,
    campaign: values.campaign,
    title: `${set.name}, ${wanted![0]}${which}`,
  })
}
