/** How much each model of a blend counts for some users. */
export interface BlendOfUsers {
  /** Users with this many events, from the first number to the second; left out, there is no most. */
  readonly eventsFrom: number
  readonly eventsTo?: number
  /** Whether a property of theirs is known; left out where that makes no difference. */
  readonly hasProperties?: boolean
  /** By the name of the model; their sum is 1. */
  readonly weights: Readonly<Record<string, number>>
  /** How much the context of a request counts beside them. */
  readonly contextWeight: number
}

/** The reasons by which the models of a blend score an item. */
const MODEL_TEXTS: Readonly<Record<string, string>> = {
  'skip-markov': 'which items usually follow the last ones',
  'skip-markov, sparse': 'the same, where items seldom meet',
  'two-step markov': 'which items follow those that go with the last ones',
  slit: 'which items come after a history as a whole',
  ease: 'which items go together',
  'factored softmax': 'vectors of items that were learned by gradient descent',
  'context-knn': 'the next items of users who stood at the same point',
  'graph walk': 'its distance in the graph of users and items',
  'cold user': 'the properties of the user',
  content: 'its likeness to the items of the user',
  'personal frequency': 'how often this user had it',
  popularity: 'how many users had it',
  'conditional popularity': 'how many of the few users with such items had it',
}

/** Returns the reason by which a model of a blend scores an item; '' of one that is not known. */
export function modelText(name: string): string {
  return MODEL_TEXTS[name] ?? ''
}

/** The users of a blend by the number of their events, as `2 to 3 events`. */
export function usersText({ eventsFrom, eventsTo }: Pick<BlendOfUsers, 'eventsFrom' | 'eventsTo'>): string {
  if (eventsTo === undefined) return eventsFrom === 0 ? 'All users' : `${eventsFrom} events or more`
  if (eventsFrom === eventsTo)
    return eventsFrom === 0 ? 'No events' : `${eventsFrom} event${eventsFrom === 1 ? '' : 's'}`
  return `${eventsFrom} to ${eventsTo} events`
}

/** The names of all models that any of these blends uses, those that weigh most first. */
export function modelsOf(blends: readonly BlendOfUsers[]): readonly string[] {
  const sums = new Map<string, number>()
  for (const { weights } of blends)
    for (const [name, weight] of Object.entries(weights)) sums.set(name, (sums.get(name) ?? 0) + weight)
  return [...sums].sort(([, a], [, b]) => b - a).map(([name]) => name)
}
