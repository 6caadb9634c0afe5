import type { Evidence, ScorePart } from '../../engine/evidence.ts'
import type { FoundInteraction } from '../../store/rows.ts'
import type { LoadedModel } from '../serving/open-model.ts'
import { type Fact, keyOf } from './facts.ts'
import type { PreparedRequest } from './request.ts'

/** One thing that speaks for an item, or against it where its contribution is below 0. */
export interface Reason {
  readonly kind: Evidence['kind'] | 'others'
  /** The name and value of a property, a context or a fact, such as `AGE: 18 to 25`. */
  readonly name?: string | undefined
  /** Of an event. */
  readonly event?: FoundInteraction | undefined
  /** Features and words that the items have in common, the most telling first. */
  readonly alike?: readonly string[] | undefined
  /** Of popularity, how many users or events; of others, how many reasons they are. */
  readonly count?: number | undefined
  /** The amount that it adds to the item's score. */
  readonly contribution: number
  /** The item's place without it, where that was tried; null where that is far down. */
  readonly rankWithout?: number | null | undefined
}

interface Circumstances {
  readonly prepared: PreparedRequest
  readonly told: readonly FoundInteraction[]
  /** The item's place, with all that is known and without each fact. */
  readonly rank: number | null
  readonly ranks: readonly { readonly fact: Fact; readonly rank: number | null }[]
}

const REASONS_MAX = 20
const ALIKE_MAX = 5

/**
 * The reasons of an item, those that speak for it most first. Their contributions sum up to the item's score: beyond
 * twenty, the rest is one.
 */
export function reasonsOf(parts: readonly ScorePart[], circumstances: Circumstances): readonly Reason[] {
  const { prepared, told, rank, ranks } = circumstances
  const withoutOf = new Map(ranks.map(({ fact, rank: without }) => [keyOf(fact.evidence), without]))
  // A fact may matter although no part comes from it: without it another blend answers.
  const silent = ranks.flatMap(({ fact: { evidence }, rank: without }): ScorePart[] => {
    return without === rank ? [] : [{ model: '', score: 0, evidence }]
  })
  const reasons = [...Map.groupBy([...parts, ...silent], ({ evidence }) => keyOf(evidence))]
    .map(([key, some]): Reason => {
      const [{ evidence }] = some as [ScorePart]
      const contribution = some.reduce((sum, { score }) => sum + score, 0)
      return {
        kind: evidence.kind,
        ...describe(evidence, prepared, told),
        alike: alikeIn(some, prepared.model),
        contribution,
        rankWithout: withoutOf.get(key),
      }
    })
    .sort((a, b) => b.contribution - a.contribution)
  const rest = reasons.slice(REASONS_MAX)
  if (rest.length === 0) return reasons
  const contribution = rest.reduce((sum, one) => sum + one.contribution, 0)
  return [...reasons.slice(0, REASONS_MAX), { kind: 'others', count: rest.length, contribution }]
}

function describe(
  evidence: Evidence,
  { model, sources, query }: PreparedRequest,
  told: readonly FoundInteraction[],
): Pick<Reason, 'name' | 'event' | 'count'> {
  if (evidence.kind === 'event') return { event: told[evidence.at] }
  if (evidence.kind === 'popularity') return { count: evidence.count }
  if (evidence.kind === 'fact') return { name: evidence.name }
  if (evidence.kind === 'context')
    return { name: `${model.contexts[evidence.column]!.name}: ${query.context?.[evidence.column]}` }
  if (evidence.kind !== 'properties' || !sources.USERS) return {}
  const names = model.userReader(sources.USERS.schema).describe(query.user?.properties ?? [])
  return { name: evidence.columns.flatMap(column => names[column] ?? []).join(' and ') }
}

/** The features and words that most of these parts come from. */
function alikeIn(parts: readonly ScorePart[], model: LoadedModel): readonly string[] | undefined {
  const sums = new Map<string, number>()
  for (const { evidence, score } of parts) {
    const feature = 'feature' in evidence ? evidence.feature : undefined
    const name = feature === undefined ? 'word' in evidence && evidence.word : model.featureName(feature)
    if (name) sums.set(name, (sums.get(name) ?? 0) + score)
  }
  const telling = [...sums].filter(([, sum]) => sum > 0).sort(([, a], [, b]) => b - a)
  return telling.length === 0 ? undefined : telling.slice(0, ALIKE_MAX).map(([name]) => name)
}
