/** The origin of a part of a score. */
export type Evidence =
  /** An event, by its place in the history; where known, a feature that its item shares with the scored one. */
  | { readonly kind: 'event'; readonly at: number; readonly feature?: number }
  /** One of the user's properties, or two together, by their columns. */
  | { readonly kind: 'properties'; readonly columns: readonly number[] }
  /** The circumstances of the request, by column. */
  | { readonly kind: 'context'; readonly column: number }
  /** The item asked about; where known, a feature or a word that both have. */
  | { readonly kind: 'item'; readonly feature?: number; readonly word?: string }
  /** How many users have the item, or how many events. */
  | { readonly kind: 'popularity'; readonly count: number }
  /** That users come back to what they had. */
  | { readonly kind: 'habit' }
  /** That it becomes popular, or is new. */
  | { readonly kind: 'trend' | 'freshness' }
  /** Something else that is known of the user, in words. */
  | { readonly kind: 'fact'; readonly name: string }
  /** Nothing of this user: any other has it too. */
  | { readonly kind: 'everybody' }
  /** Nothing at all: every item has it. */
  | { readonly kind: 'floor' }

/** A part of the score of an item. The parts of an item sum up to its score. */
export interface ScorePart {
  /** The model that says so. */
  readonly model: string
  readonly score: number
  readonly evidence: Evidence
}

/** Is told of a part of the score of an item. */
export type EachPart = (item: number, part: number, evidence: Evidence) => void

/** Shares a score out among parts in proportion to them; to everybody's account where they come to nothing. */
export function shareOut(
  model: string,
  score: number,
  parts: readonly { readonly part: number; readonly evidence: Evidence }[],
): readonly ScorePart[] {
  const total = parts.reduce((sum, { part }) => sum + part, 0)
  if (total === 0) return [{ model, score, evidence: { kind: 'everybody' } }]
  return parts.flatMap(({ part, evidence }) => (part === 0 ? [] : { model, score: (score * part) / total, evidence }))
}
