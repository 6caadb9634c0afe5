import { InvalidInputException } from '../../contract/errors.ts'
import type { OperationName } from '../../contract/shapes.ts'
import { trimmed } from '../../datasets/blanks.ts'

const EVENT = ['eventType', 'eventId', 'recommendationId', 'impression']

/**
 * The paths to ids and event types in inputs. Blanks around them are removed, as in files (`parseValue`). So a file, a
 * Put call and a request name the same user, item and event type.
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

/** Tidies the texts in a holder. @returns the path to a text that has only blanks, or undefined */
type Tidy = (holder: Holder) => string | undefined

const compiled = new Map(
  Object.entries(TEXTS).map(([name, paths]) => [name, paths.map(path => compile(path.split('.')))]),
)

/**
 * Removes the blanks around ids and event types. It changes the input itself.
 * @throws InvalidInputException with the path to a text that has only blanks
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
      // Paths are composed only for errors, because this runs for every id of every call.
      const path = tidyAt(list as unknown as Holder, i)
      if (path !== undefined) return pathTo(`${name}.${i + 1}.member`, path)
    }
    return undefined
  }
}

function pathTo(outer: string, inner: string | undefined): string | undefined {
  return inner ? `${outer}.${inner}` : inner === undefined ? undefined : outer
}

/** Whether any text is left, or none was there. */
function tidyOne(holder: Holder, key: string | number, value: string): boolean {
  const text = trimmed(value)
  if (text !== value) holder[key] = text
  return text !== '' || value === ''
}
