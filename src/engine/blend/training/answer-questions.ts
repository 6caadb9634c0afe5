import type { Question } from '../../interactions.ts'
import { except } from '../../ranked.ts'
import type { Report } from '../../report.ts'
import type { TeamJob } from '../../team/part.ts'
import { share } from '../../team/share.ts'
import { runOnAllCores } from '../../team/team.ts'
import type { HabitsState } from '../habits.ts'
import { type ContextLiftState, openContextLift } from '../models/context-lift.ts'
import { blendModelOf, type TrainedModel } from '../models.ts'
import { openPersonalization, type PersonalizationState } from '../serving/personalization.ts'
import { soloGains } from './ndcg-alone.ts'
import { type Shortlist, shortlister } from './shortlist.ts'

/** The questions and the models that answer them. */
export interface Listing {
  readonly parts: readonly TrainedModel[]
  readonly context?: ContextLiftState | undefined
  readonly habits?: HabitsState | undefined
  readonly items: number
  /** How many of each model's best items of a question are listed. */
  readonly length: number
  /** Whether items of the history are listed too. */
  readonly repeats: boolean
  readonly questions: readonly Question[]
}

const AT_ONCE = 25
/** The cost of a question, about: this many rows, each as long as the items. */
const ROWS = 1000
const KEPT = 1000
/** A model that is opened takes 20 bytes an event and thread, so with more of them than this one thread must do. */
const EVENTS_MAX = 2e7

/** The shortlists of questions, made on all cores; `report` is told how many questions are answered. */
function listAll(listing: Listing, events: number, report: (done: number) => void): Shortlist[] {
  return answerAll(listings, listing, { items: listing.items, events }, report)
}

/** The shortlists of several sets of questions. */
export function listSets(
  listing: Omit<Listing, 'questions'>,
  sets: readonly (readonly Question[])[],
  events: number,
  report: Report,
): Shortlist[][] {
  const all = sets.flat()
  const total = all.length
  // One after the other those of one history, which most models answer alike.
  const inTurn = [...Map.groupBy(all.keys(), at => all[at]!.history).values()].flat()
  const questions = inTurn.map(at => all[at]!)
  const answers = listAll({ ...listing, questions }, events, done =>
    report({ phase: 'choosing', done: Math.min(done, total), total }),
  )
  const lists: Shortlist[] = []
  for (const [place, at] of inTurn.entries()) lists[at] = answers[place]!
  const ends = sets.map((_, at) => sets.slice(0, at + 1).reduce((sum, { length }) => sum + length, 0))
  return ends.map((end, at) => lists.slice(end - sets[at]!.length, end))
}

export const listings: TeamJob<Listing, Shortlist[]> = {
  module: import.meta.url,
  name: 'listings',
  begin({ parts, context, habits, items, length, repeats, questions }) {
    const models = parts.map(({ name, state }) => blendModelOf(name).open(state))
    const lifted = context && openContextLift(context)
    const shortlist = shortlister(models, items, { length, repeats, context: lifted, habits })
    return (_phase, chunk) =>
      questions.slice(chunk * AT_ONCE, (chunk + 1) * AT_ONCE).map(question => share(shortlist(question)))
  },
}

interface Alone {
  readonly parts: readonly TrainedModel[]
  readonly items: number
  /** How many items are recommended. */
  readonly k: number
  /** Whether items of the history are recommended too. */
  readonly repeats: boolean
  readonly questions: readonly Question[]
}

/** The NDCG@k of each model on its own, [question][model], found on all cores. */
export function gainsAlone(asking: Alone, events: number, report: (done: number) => void): (readonly number[])[] {
  return answerAll(solos, asking, { items: asking.items, events }, report)
}

export const solos: TeamJob<Alone, (readonly number[])[]> = {
  module: import.meta.url,
  name: 'solos',
  begin({ parts, items, k, repeats, questions }) {
    const gainsOf = soloGains(
      parts.map(({ name, state }) => blendModelOf(name).open(state)),
      items,
      { count: k, repeats },
    )
    return (_phase, chunk) => questions.slice(chunk * AT_ONCE, (chunk + 1) * AT_ONCE).map(gainsOf)
  },
}

interface Asking {
  readonly state: PersonalizationState
  readonly questions: readonly Question[]
  readonly count: number
  /** Whether habits count; true unless given. */
  readonly usesHabits?: boolean | undefined
}

/** The best `count` items of each question, ranked on all cores. */
export function rankAll(asking: Asking, events: number, report: (done: number) => void): Int32Array[] {
  return answerAll(rankings, asking, { items: asking.state.items, events }, report)
}

export const rankings: TeamJob<Asking, Int32Array[]> = {
  module: import.meta.url,
  name: 'rankings',
  begin({ state, questions, count, usesHabits }) {
    const model = openPersonalization(state, usesHabits)
    return (_phase, chunk) =>
      questions
        .slice(chunk * AT_ONCE, (chunk + 1) * AT_ONCE)
        .map(question => model.ask(question).rank({ count, passes: except(new Set(question.leftOut)) }).items)
  },
}

function answerAll<Shared extends { readonly questions: readonly Question[] }, Answer>(
  job: TeamJob<Shared, Answer[]>,
  shared: Shared,
  { items, events }: { readonly items: number; readonly events: number },
  report: (done: number) => void,
): Answer[] {
  const count = shared.questions.length
  const operations = events > EVENTS_MAX ? 0 : count * ROWS * Math.min(items, KEPT)
  return runOnAllCores(job, shared, [Math.ceil(count / AT_ONCE)], operations, done =>
    report(done * AT_ONCE),
  ).flat() as Answer[]
}
