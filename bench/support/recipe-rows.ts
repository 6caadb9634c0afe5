import { datasetsOf } from '../../src/datasets/of-group.ts'
import type { PersonalizationData } from '../../src/engine/blend/models.ts'
import { HISTORY_MAX } from '../../src/engine/blend/questions.ts'
import type { Question } from '../../src/engine/interactions.ts'
import { unpackTexts } from '../../src/engine/state.ts'
import type { Recipe } from '../../src/recipes/recipe.ts'
import { recipes } from '../../src/recipes/recipes.ts'
import { familyOf } from '../../src/recommender/families/families.ts'
import type { Ranker } from '../../src/recommender/families/ranker.ts'
import type { Artifact } from '../../src/recommender/model-files/artifacts.ts'
import { NO_CATALOGUE } from '../../src/recommender/serving/catalogue.ts'
import { ItemIndex } from '../../src/recommender/serving/item-index.ts'
import { compileFeatures } from '../../src/recommender/training/features.ts'
import { planOf } from '../../src/recommender/training/plan.ts'
import { trainModel } from '../../src/recommender/training/training.ts'
import { openStore } from '../../src/store/open.ts'
import { throughCampaign } from './campaign.ts'
import { type Difference, mean, paired, valuesOf } from './paired.ts'
import { progress } from './progress.ts'
import type { Fold, Protocol } from './protocols.ts'
import { GROUP, itemId, userId } from './recipe-store.ts'
import { isBlend, type ServedQuestion, type Single, singleModels, weightsOf, withLeftOut } from './single-models.ts'

/** What one training came to. */
export interface Measured {
  readonly seconds: number
  /** Of all cores together. */
  readonly processorSeconds: number
  /** The most memory that the process had held when the training ended. */
  readonly mebibytes: number
  /** What the blend's models weigh, a line for each class of history; nothing where there is no blend. */
  readonly weights: readonly string[]
  readonly rows: readonly Row[]
}

/** Recipes whose answers are the same. */
export interface Row {
  readonly recipes: readonly string[]
  readonly asked: readonly Figures[]
}

/** What came of one list of questions, by metric. */
export interface Figures {
  readonly questions: number
  /** With the items of the history removed, and with nothing removed. */
  readonly removed: readonly number[]
  readonly all: readonly number[]
  /** The blend's models alone, the history removed, and how much better the recipe is than each. */
  readonly singles: readonly Compared[]
  /** The same recipe as a campaign of a server answers, where that was asked for. */
  readonly campaign?: Compared | undefined
}

/** What a recipe is compared with on the same questions. */
export interface Compared {
  readonly name: string
  readonly figures: readonly number[]
  readonly gains: readonly Difference[]
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
  /** Whether models that the training left out have a row too. */
  readonly leftOut: boolean
  /** Whether a campaign of a real server is asked too. */
  readonly campaign: boolean
  /** What progress bars say. */
  readonly title: string
}

/** Trains the model of some recipes as a solution version does, then asks each kind of answer that they give. */
export async function measure(
  names: readonly string[],
  { dataDir, load, protocol, leftOut, campaign, title }: Measurement,
): Promise<Measured> {
  await using store = await openStore(dataDir)
  const group = names.map(name => recipes.find(recipe => recipe.name === name)!)
  const plan = planOf({ recipeArn: group[0]!.recipeArn, datasetGroupArn: GROUP })
  const bar = phases(title)
  const [started, processor] = [performance.now(), process.cpuUsage()]
  const { artifact } = await trainModel({
    store,
    plan,
    limits: { minimums: true, quotas: false },
    seed: 1,
    report: bar.report,
  })
  const seconds = (performance.now() - started) / 1000
  const { user, system } = process.cpuUsage(processor)
  const processorSeconds = (user + system) / 1e6
  const mebibytes = Math.round(process.resourceUsage().maxRSS / 1024)
  const { USERS } = await datasetsOf(store, GROUP)
  const reader = USERS && compileFeatures(artifact.userSpace, USERS.schema)
  const itemIndex = new ItemIndex(unpackTexts(artifact.items), NO_CATALOGUE)
  const fold = load()
  const asked = fold.asked.map(({ questions }) => inNumbersOf(itemIndex, questions, reader?.properties))
  const { metrics } = protocol
  const blend = isBlend(artifact.model) ? artifact.model : undefined
  const all = blend && leftOut ? withLeftOut(blend, dataOf(fold, itemIndex, reader?.properties)) : blend
  const singles = all ? asked.map(some => singleModels(all, some, metrics)) : []
  const rows: Row[] = []
  for (const alike of Map.groupBy(group, recipe => familyOf(recipe).open).values()) {
    const ask = await open(alike[0]!, artifact, itemIndex)
    const figures: Figures[] = []
    for (const [at, questions] of asked.entries()) {
      const served = campaign ? await servedTo(alike[0]!, { dataDir, fold, at, metrics }) : undefined
      figures.push(figuresOf(questions, metrics, ask, { singles: singles[at] ?? [], served }, bar.report))
    }
    rows.push({ recipes: alike.map(({ name }) => name), asked: figures })
  }
  bar.done()
  return { seconds, processorSeconds, mebibytes, weights: blend ? weightsOf(blend) : [], rows }
}

interface Served {
  readonly dataDir: string
  readonly fold: Fold
  readonly at: number
  readonly metrics: Protocol['metrics']
}

/** What a campaign of the recipe came to on one list of questions. */
async function servedTo({ recipeArn }: Recipe, { dataDir, fold, at, metrics }: Served): Promise<Single> {
  const { questions } = fold.asked[at]!
  const count = Math.max(...metrics.map(([, k]) => k))
  const lists = await throughCampaign(recipeArn, { dataDir, fold, count }, questions)
  return { name: 'through a campaign', values: valuesOf(questions, lists, metrics) }
}

/** What a fold is trained on, in a model's numbers. */
function dataOf({ train, properties }: Fold, itemIndex: ItemIndex, propertiesOf?: PropertiesOf): PersonalizationData {
  const sequence = train.sequence.map(item => itemIndex.numberOf(itemId(item)))
  const users = propertiesOf && properties?.map(propertiesOf)
  return { interactions: { ...train, sequence, items: itemIndex.trained }, users }
}

type PropertiesOf = (fields: readonly (string | null)[]) => readonly (string | null)[]

/** The same questions in a model's numbers, with the newest events as a campaign has them; −1 is an unknown item. */
function inNumbersOf(
  itemIndex: ItemIndex,
  questions: readonly Question[],
  propertiesOf?: PropertiesOf,
): readonly ServedQuestion[] {
  const numbersOf = (items: Int32Array) => items.map(item => itemIndex.numberOf(itemId(item)))
  return questions.map(({ user, history, targets, properties = [] }) => ({
    user,
    history: numbersOf(history.subarray(-HISTORY_MAX)).filter(item => item >= 0),
    targets: numbersOf(targets),
    seen: numbersOf(history),
    properties: propertiesOf?.(properties) ?? [],
  }))
}

type Ask = (question: Question) => Iterable<number>

/** Asks as a campaign does; of what goes with an item, with the newest one of the history. */
async function open(recipe: Recipe, artifact: Artifact, itemIndex: ItemIndex): Promise<Ask> {
  const itemReader = compileFeatures(artifact.itemSpace, NO_CATALOGUE.schema)
  const ranker: Ranker = await familyOf(recipe).open(artifact.model, {
    itemIndex,
    itemReader,
    itemSchema: NO_CATALOGUE.schema,
  })
  return function* ({ user, history, properties = [] }) {
    const asking = { userId: userId(user), history, weights: new Float32Array(history.length).fill(1), properties }
    const item = recipe.request.itemId === 'required' ? (history.at(-1) ?? -1) : undefined
    for (const ranked of ranker.ask({ user: asking, item, now: Date.now() }).rank()) yield ranked.item
  }
}

function figuresOf(
  questions: readonly ServedQuestion[],
  metrics: Protocol['metrics'],
  ask: Ask,
  others: { readonly singles: readonly Single[]; readonly served: Single | undefined },
  report: (at: { phase: string; done: number; total: number }) => void,
): Figures {
  const most = Math.max(...metrics.map(([, k]) => k))
  const lists = questions.map((question, done) => {
    if (done % 50 === 0) report({ phase: 'asking', done, total: questions.length })
    return bothLists(ask(question), new Set(question.seen), most)
  })
  const [removed, all] = [0, 1].map(at =>
    valuesOf(
      questions,
      lists.map(both => both[at]!),
      metrics,
    ),
  )
  const compare = ({ name, values }: Single): Compared => ({
    name,
    figures: values.map(mean),
    gains: values.map((others, m) => paired(removed![m]!, others)),
  })
  return {
    questions: questions.length,
    removed: removed!.map(mean),
    all: all!.map(mean),
    singles: others.singles.map(compare),
    campaign: others.served && compare(others.served),
  }
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
