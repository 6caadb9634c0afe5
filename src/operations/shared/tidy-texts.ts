import { InvalidInputException } from '../../contract/errors.ts'
import type { OperationName } from '../../contract/shapes.ts'
import { trimmed } from '../../datasets/blanks.ts'

const EVENT = ['eventType', 'eventId', 'recommendationId', 'impression']

/**
 * Where inputs have ids and types of events: a blank around one is no part of it, as in files (`parseValue`), so that
 * the same user, item and type come of a file, of a Put call and of a request.
 */
const TEXTS: Readonly<Partial<Record<OperationName, readonly string[]>>> = {
  PutUsers: ['users.userId'],
  PutItems: ['items.itemId'],
  PutActions: ['actions.actionId'],
  PutEvents: ['userId', 'sessionId', ...['itemId', ...EVENT].map(member => `eventList.${member}`)],
  PutActionInteractions: ['userId', 'sessionId', 'actionId', ...EVENT].map(member => `actionInteractions.${member}`),
  GetRecommendations: ['userId', 'itemId'],
  GetPersonalizedRanking: ['userId', 'inputList'],
  GetActionRecommendations: ['userId'],
  CreateSolution: ['eventType', 'solutionConfig.eventsConfig.eventParametersList.eventType'],
  UpdateSolution: ['solutionUpdateConfig.eventsConfig.eventParametersList.eventType'],
}

type Holder = Record<string | number, unknown>

/**
 * Tidies what it finds in a holder. @returns the path to a text that is of blanks alone; undefined where there is none
 */
type Tidy = (holder: Holder) => string | undefined

const compiled = new Map(
  Object.entries(TEXTS).map(([name, paths]) => [name, paths.map(path => compile(path.split('.')))]),
)

/**
 * Takes the blanks around ids and types of events away, in the input itself.
 * @throws InvalidInputException naming what is of blanks alone
 */
export function tidyTexts(name: OperationName, input: object): void {
  for (const tidy of compiled.get(name) ?? []) {
    const path = tidy(input as Holder)
    if (path !== undefined) throw new InvalidInputException(`${path} must not be blank`)
  }
}

function compile([name, ...rest]: readonly string[]): Tidy {
  const inner = rest.length > 0 ? compile(rest) : undefined
  const tidyAt = (holder: Holder, key: string | number): string | undefined => {
    const value = holder[key]
    if (typeof value === 'string') return tidyOne(holder, key, value) ? undefined : ''
    return typeof value === 'object' ? inner?.(value as Holder) : undefined
  }
  return holder => {
    const list = holder[name!]
    if (!Array.isArray(list)) return pathTo(name!, tidyAt(holder, name!))
    for (let i = 0; i < list.length; i++) {
      // Paths are put together for errors alone: it is done for every id of every call.
      const path = tidyAt(list as unknown as Holder, i)
      if (path !== undefined) return pathTo(`${name}.${i + 1}.member`, path)
    }
    return undefined
  }
}

function pathTo(outer: string, inner: string | undefined): string | undefined {
  return inner ? `${outer}.${inner}` : inner === undefined ? undefined : outer
}

/** Whether anything is left. */
function tidyOne(holder: Holder, key: string | number, value: string): boolean {
  const text = trimmed(value)
  if (text !== value) holder[key] = text
  return text !== '' || value === ''
}
