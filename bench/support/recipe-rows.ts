import type { Question } from '../../src/engine/interactions.ts'
import { hitRate, ndcg, recall } from '../../src/engine/metrics/ranking.ts'
import { unpackTexts } from '../../src/engine/state.ts'
import type { Recipe } from '../../src/recipes/recipe.ts'
import { recipes } from '../../src/recipes/recipes.ts'
import { familyOf } from '../../src/recommender/families/families.ts'
import type { Ranker } from '../../src/recommender/families/ranker.ts'
import type { Artifact } from '../../src/recommender/model-files/artifacts.ts'
import { HISTORY_MAX } from '../../src/recommender/request/request-user.ts'
import { NO_CATALOGUE } from '../../src/recommender/serving/catalogue.ts'
import { Shelf } from '../../src/recommender/serving/item-index.ts'
import { compileFeatures } from '../../src/recommender/training/features.ts'
import { planOf } from '../../src/recommender/training/plan.ts'
import { sourcesOf } from '../../src/recommender/training/snapshot.ts'
import { trainModel } from '../../src/recommender/training/training.ts'
import { openStore } from '../../src/store/open.ts'
import { progress } from './progress.ts'
import type { Fold, Protocol } from './protocols.ts'
import { GROUP, itemId, numberIn, userId } from './recipe-store.ts'

/** What one training came to. */
export interface Measured {
  readonly seconds: number
  /** The most memory that the process had held when the training ended. */
  readonly mebibytes: number
  readonly rows: readonly Row[]
}

/** Recipes whose answers are the same. */
export interface Row {
  readonly recipes: readonly string[]
  /** Of each list of questions the metrics, with the items of the history removed and then with nothing removed. */
  readonly figures: readonly (readonly number[])[]
}

/** Why a recipe has no row; undefined where it has one. */
export function unasked({ datasets, request, name }: Recipe, { properties, hasTimes }: Fold): string | undefined {
  if (request.operation === 'CreateBatchSegmentJob') return 'finds users for an item'
  if (request.operation === 'GetActionRecommendations') return 'recommends actions'
  if (datasets.ITEMS === 'required') return 'needs an Items dataset'
  if (datasets.USERS === 'required' && !properties) return 'needs a Users dataset'
  return name.includes('trending') && !hasTimes ? 'needs times' : undefined
}

/** The recipes that are asked, those together that train one model with the same settings; the general ones first. */
export function recipesTrained(fold: Fold): readonly (readonly Recipe[])[] {
  const asked = recipes.filter(recipe => unasked(recipe, fold) === undefined)
  const rankOf = ({ domain, isLegacy, recipeType }: Recipe) =>
    Number(domain !== undefined) * 4 + Number(isLegacy) * 2 + Number(recipeType !== 'USER_PERSONALIZATION')
  const general = asked.toSorted((a, b) => rankOf(a) - rankOf(b))
  return [...Map.groupBy(general, keyOf).values()]
}

/** What training looks at beside the hyperparameters that a family tunes. */
const PERCENTILES = ['min_user_history_length_percentile', 'max_user_history_length_percentile']
const trainings: unknown[] = []

function keyOf(recipe: Recipe): string {
  const { train, tunes = [] } = familyOf(recipe)
  if (!trainings.includes(train)) trainings.push(train)
  const { parameters } = planOf({ recipeArn: recipe.recipeArn, datasetGroupArn: GROUP })
  const settings = [...tunes, ...PERCENTILES].map(name => parameters[name] ?? 0)
  return JSON.stringify([trainings.indexOf(train), settings])
}

export interface Measurement {
  /** Where the store is that `fillStore` filled. */
  readonly dataDir: string
  /** Called when the peak of memory was taken, which it would add to. */
  readonly load: () => Fold
  readonly protocol: Protocol
  /** What progress bars say. */
  readonly title: string
}

/** Trains the model of some recipes as a solution version does, then asks each kind of answer that they give. */
export async function measure(
  names: readonly string[],
  { dataDir, load, protocol, title }: Measurement,
): Promise<Measured> {
  await using store = await openStore(dataDir)
  const group = names.map(name => recipes.find(recipe => recipe.name === name)!)
  const plan = planOf({ recipeArn: group[0]!.recipeArn, datasetGroupArn: GROUP })
  const bar = phases(title)
  const started = performance.now()
  const { artifact } = await trainModel({
    store,
    plan,
    limits: { minimums: true, quotas: false },
    seed: 1,
    report: bar.report,
  })
  const seconds = (performance.now() - started) / 1000
  const mebibytes = Math.round(process.resourceUsage().maxRSS / 1024)
  const { USERS } = await sourcesOf(store, GROUP)
  const reader = USERS && compileFeatures(artifact.userSpace, USERS.schema)
  const { asked } = load()
  const rows: Row[] = []
  for (const alike of Map.groupBy(group, recipe => familyOf(recipe).open).values()) {
    const ask = await open(alike[0]!, artifact, reader?.properties)
    const figures = asked.map(({ questions }) => means(questions, protocol.metrics, ask, bar.report))
    rows.push({ recipes: alike.map(({ name }) => name), figures })
  }
  bar.done()
  return { seconds, mebibytes, rows }
}

type Ask = (question: Question) => Iterable<number>

/** Asks as a campaign does: with the newest events, and of what goes with an item, with the newest one of these. */
async function open(
  recipe: Recipe,
  artifact: Artifact,
  propertiesOf?: (fields: readonly (string | null)[]) => readonly (string | null)[],
): Promise<Ask> {
  const shelf = new Shelf(unpackTexts(artifact.items), NO_CATALOGUE)
  const itemReader = compileFeatures(artifact.itemSpace, NO_CATALOGUE.schema)
  const ranker: Ranker = await familyOf(recipe).open(artifact.model, {
    shelf,
    itemReader,
    itemSchema: NO_CATALOGUE.schema,
  })
  return function* ({ user, history: all, properties = [] }) {
    const history = all
      .subarray(-HISTORY_MAX)
      .map(item => shelf.numberOf(itemId(item)))
      .filter(item => item >= 0)
    const weights = new Float32Array(history.length).fill(1)
    const person = { userId: userId(user), history, weights, properties: propertiesOf?.(properties) ?? [] }
    const item = recipe.request.itemId === 'required' ? (history.at(-1) ?? -1) : undefined
    for (const ranked of ranker.ask({ person, item, now: Date.now() }).rank()) yield numberIn(shelf.ids[ranked.item]!)
  }
}

const METRICS = { hitRate, ndcg, recall }

function means(
  questions: readonly Question[],
  metrics: Protocol['metrics'],
  ask: Ask,
  report: (at: { phase: string; done: number; total: number }) => void,
): number[] {
  const sums = new Float64Array(2 * metrics.length)
  const most = Math.max(...metrics.map(([, k]) => k))
  for (const [done, question] of questions.entries()) {
    if (done % 50 === 0) report({ phase: 'asking', done, total: questions.length })
    const relevant = new Set(question.targets)
    for (const [at, list] of bothLists(ask(question), new Set(question.history), most).entries())
      for (const [m, [name, k]] of metrics.entries())
        sums[at * metrics.length + m]! += METRICS[name](list, relevant, k) / questions.length
  }
  return [...sums]
}

/** The first so many items without those of the history, and the first so many of all. */
function bothLists(ranking: Iterable<number>, seen: ReadonlySet<number>, most: number) {
  const [removed, all]: [number[], number[]] = [[], []]
  for (const item of ranking) {
    if (all.length < most) all.push(item)
    if (!seen.has(item) && removed.push(item) === most) break
  }
  return [removed, all]
}

/** A progress bar a phase. */
function phases(name: string) {
  let [now, at, bar] = ['', 0, progress(name, 1)]
  return {
    report({ phase, done, total }: { phase: string; done: number; total: number }) {
      if (phase !== now || done < at) {
        bar.done()
        ;[now, at, bar] = [phase, 0, progress(`${name}, ${phase}`, total)]
      }
      bar.add(done - at)
      at = done
    },
    done: () => bar.done(),
  }
}
