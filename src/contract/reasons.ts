/** A reason of a recommendation, as `GET /inspect/why` returns it. */
export interface Reason {
  readonly kind: string
  readonly name?: string
  readonly event?: { readonly itemId?: string; readonly actionId?: string; readonly eventType: string }
  readonly alike?: readonly string[]
  readonly count?: number
  readonly contribution: number
  readonly rankWithout?: number | null | undefined
}

const WORDS: Readonly<Record<string, (reason: Reason) => string>> = {
  event: ({ event }) => `${event!.eventType || 'event'} ${event!.itemId ?? event!.actionId}`,
  properties: ({ name }) => name!,
  context: ({ name }) => name!,
  fact: ({ name }) => name!,
  item: () => 'related to the item',
  popularity: ({ count }) => `popular: ${count}`,
  everybody: () => 'the same for all users',
  habit: () => 'a habit of the user',
  trend: () => 'becomes popular',
  freshness: () => 'is new',
  others: ({ count }) => `${count} more`,
}

/** Returns a reason in words, such as `view tent-3` or `MEMBERSHIP_TYPE: Member`. */
export function reasonInWords(reason: Reason): string {
  return WORDS[reason.kind]?.(reason) ?? reason.kind
}
