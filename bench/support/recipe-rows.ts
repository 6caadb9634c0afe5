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

/** The measurements of one training. */
export interface Measured {
  readonly seconds: number
  /** Of all cores together. */
  readonly processorSeconds: number
  /** The peak of the process's memory at the end of the training. */
  readonly mebibytes: number
  /** The weights of the blend's models, a line for each class of history; empty without a blend. */
  readonly weights: readonly string[]
  /** The processor seconds of each step of the training, in their order. */
  readonly steps: readonly Step[]
  readonly rows: readonly Row[]
}

type Step = readonly [name: string, processorSeconds: number]

/** Recipes whose answers are the same. */
interface Row {
  readonly recipes: readonly string[]
  readonly asked: readonly Figures[]
}

/** The figures of one list of questions, by metric. */
export interface Figures {
  readonly questions: number
  /** Without the items of the history, and with them. */
  readonly removed: readonly number[]
  readonly all: readonly number[]
  /** The blend's single models, without the history, and the gain of the recipe over each. */
  readonly singles: readonly Compared[]
  /** The figures of the same recipe through a campaign of a server, if requested. */
  readonly campaign?: Compared | undefined
}

/** A ranker that is compared with a recipe on the same questions. */
export interface Compared {
  readonly name: string
  readonly figures: readonly number[]
  readonly gains: readonly Difference[]
}

/** Returns the reason why a recipe has no row; undefined if it has one. */
export function unasked({ datasets, request, name }: Recipe, { properties, hasTimes }: Fold): string | undefined {
  if (request.operation === 'CreateBatchSegmentJob') return 'finds users for an item'
  if (request.operation === 'GetActionRecommendations') return 'recommends actions'
  if (datasets.ITEMS === 'required') return 'needs an Items dataset'
  if (datasets.USERS === 'required' && !properties) return 'needs a Users dataset'
  return name.includes('trending') && !hasTimes ? 'needs times' : undefined
}

/** Returns the measured recipes, grouped by model and settings; those without a domain first. */
export function recipesTrained(fold: Fold): readonly (readonly Recipe[])[] {
  const asked = recipes.filter(recipe => unasked(recipe, fold) === undefined)
  const rankOf = ({ domain, isLegacy, recipeType }: Recipe) =>
    Number(domain !== undefined) * 4 + Number(isLegacy) * 2 + Number(recipeType !== 'USER_PERSONALIZATION')
  const general = asked.toSorted((a, b) => rankOf(a) - rankOf(b))
  return [...Map.groupBy(general, keyOf).values()]
}

/** Parameters that change the training, beside the hyperparameters that a family tunes. */
const PERCENTILES = ['min_user_history_length_percentile', 'max_user_history_length_percentile']
const trainings: unknown[] = []

function keyOf(recipe: Recipe): string {
  const { train, tunes = [] } = familyOf(recipe)
  if (!trainings.includes(train)) trainings.push(train)
  const { parameters } = planOf({ recipeArn: recipe.recipeArn, datasetGroupArn: GROUP })
  const settings = [...tunes, ...PERCENTILES].map(name => parameters[name] ?? 0)
  return JSON.stringify([trainings.indexOf(train), settings])
}

interface Measurement {
  /** The directory of the store that `fillStore` filled. */
  readonly dataDir: string
  /** Called after the peak of memory is read, since it would add to it. */
  readonly load: () => Fold
  readonly protocol: Protocol
  /** Whether the table has the models that the training left out. */
  readonly leftOut: boolean
  /** Whether a campaign of a real server is asked too. */
  readonly campaign: boolean
  /** The title of progress bars. */
  readonly title: string
}

/** Trains the model of several recipes as a solution version does, and then measures each kind of their answers. */
export async function measure(
  names: readonly string[],
  { dataDir, load, protocol, leftOut, campaign, title }: Measurement,
): Promise<Measured> {
  await using store = await openStore(dataDir)
  const group = names.map(name => recipes.find(recipe => recipe.name === name)!)
  const plan = planOf({ recipeArn: group[0]!.recipeArn, datasetGroupArn: GROUP })
  const bar = phases(title)
  const clock = stepClock()
  const [started, processor] = [performance.now(), process.cpuUsage()]
  const { artifact } = await trainModel({
    store,
    plan,
    limits: { minimums: true, quotas: false },
    seed: 1,
    report(progress) {
      bar.report(progress)
      clock.report(progress)
    },
  })
  const steps = clock.done()
  const seconds = (performance.now() - started) / 1000
  const { user, system } = process.cpuUsage(processor)
  const processorSeconds = (user + system) / 1e6
  const mebibytes = Math.round(process.resourceUsage().maxRSS / 1024)
  const { USERS } = await datasetsOf(store, GROUP)
  const reader = USERS && compileFeatures(artifact.userSpace, USERS.schema)
  const itemIndex = ItemIndex.of(unpackTexts(artifact.items), NO_CATALOGUE)
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
  return { seconds, processorSeconds, mebibytes, weights: blend ? weightsOf(blend) : [], steps, rows }
}

interface Served {
  readonly dataDir: string
  readonly fold: Fold
  readonly at: number
  readonly metrics: Protocol['metrics']
}

/** The figures of a campaign of the recipe on one list of questions. */
async function servedTo({ recipeArn }: Recipe, { dataDir, fold, at, metrics }: Served): Promise<Single> {
  const { questions } = fold.asked[at]!
  const count = Math.max(...metrics.map(([, k]) => k))
  const lists = await throughCampaign(recipeArn, { dataDir, fold, count }, questions)
  return { name: 'through a campaign', values: valuesOf(questions, lists, metrics) }
}

/** The training data of a fold, in a model's numbers. */
function dataOf({ train, properties }: Fold, itemIndex: ItemIndex, propertiesOf?: PropertiesOf): PersonalizationData {
  const sequence = train.sequence.map(item => itemIndex.numberOf(itemId(item)))
  const users = propertiesOf && properties?.map(propertiesOf)
  return { interactions: { ...train, sequence, items: itemIndex.trained }, users }
}

type PropertiesOf = (fields: readonly (string | null)[]) => readonly (string | null)[]

/** The questions in a model's numbers, with as many of the newest events as a campaign reads; −1 is an unknown item. */
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

/** @param count of the items to return */
type Ask = (question: Question, count: number) => Iterable<number>

/** Opens a model as a campaign does. A recipe of related items is asked with the newest item of the history. */
async function open(recipe: Recipe, artifact: Artifact, itemIndex: ItemIndex): Promise<Ask> {
  const itemReader = compileFeatures(artifact.itemSpace, NO_CATALOGUE.schema)
  const ranker: Ranker = await familyOf(recipe).open(artifact.model, {
    itemIndex,
    itemReader,
    itemSchema: NO_CATALOGUE.schema,
    newest: 0,
  })
  return ({ user, history, properties = [] }, count) => {
    const asking = { userId: userId(user), history, weights: new Float32Array(history.length).fill(1), properties }
    const item = recipe.request.itemId === 'required' ? (history.at(-1) ?? -1) : undefined
    return ranker.ask({ user: asking, item, now: Date.now() }).rank({ count }).items
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
    return bothLists(ask(question, most + question.seen.length), new Set(question.seen), most)
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

/** The first items of a ranking without those of the history, and the first of all. */
function bothLists(ranking: Iterable<number>, seen: ReadonlySet<number>, most: number) {
  const [removed, all]: [number[], number[]] = [[], []]
  for (const item of ranking) {
    if (all.length < most) all.push(item)
    if (!seen.has(item) && removed.push(item) === most) break
  }
  return [removed, all]
}

/** Of more steps a phase is one: they are questions, and not models. */
const MODELS_MAX = 20

/** Tells the processor time of a training by its steps: a phase, or each model of one. */
function stepClock() {
  const steps = new Map<string, number>()
  let [now, since] = ['reading', process.cpuUsage()]
  const change = (name: string) => {
    const { user, system } = process.cpuUsage(since)
    steps.set(now, (steps.get(now) ?? 0) + (user + system) / 1e6)
    ;[now, since] = [name, process.cpuUsage()]
  }
  return {
    report({ phase, done, total }: { phase: string; done: number; total: number }): void {
      const name = total > MODELS_MAX ? phase : `${phase}, model ${done + 1} of ${total}`
      if (name !== now) change(name)
    },
    done(): readonly Step[] {
      change('')
      return [...steps]
    },
  }
}

/** Shows a progress bar for each phase. */
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
