import { InvalidInputException } from '../../contract/errors.ts'
import type { OperationName } from '../../contract/shapes.ts'
import { trimmed } from '../../datasets/blanks.ts'

const EVENT = ['eventType', 'eventId', 'recommendationId', 'impression']

/**
 * Where inputs have ids and types of events: a blank around one is no part of it, as in files (`parseValue`), so that the
 * same user, item and type come of a file, of a Put call and of a request.
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
type Tidy = (holder: Holder, at: string) => void

const compiled = new Map(
  Object.entries(TEXTS).map(([name, paths]) => [name, paths.map(path => compile(path.split('.')))]),
)

/**
 * Takes the blanks around ids and types of events away, in the input itself.
 * @throws InvalidInputException naming what is of blanks alone
 */
export function tidyTexts(name: OperationName, input: object): void {
  for (const tidy of compiled.get(name) ?? []) tidy(input as Holder, '')
}

function compile([name, ...rest]: readonly string[]): Tidy {
  const inner = rest.length > 0 ? compile(rest) : undefined
  return (holder, at) => {
    const value = holder[name!]
    if (typeof value === 'string') tidyOne(holder, name!, value, at)
    else if (Array.isArray(value)) tidyAll(value as unknown as Holder & unknown[], `${at}${name}.`, inner)
    else if (value !== undefined) inner?.(value as Holder, `${at}${name}.`)
  }
}

function tidyAll(list: Holder & unknown[], at: string, inner: Tidy | undefined): void {
  for (let i = 0; i < list.length; i++) {
    const value = list[i]
    if (typeof value === 'string') tidyOne(list, i, value, at)
    else inner?.(value as Holder, `${at}${i + 1}.member.`)
  }
}

function tidyOne(holder: Holder, key: string | number, value: string, at: string): void {
  const text = trimmed(value)
  if (text === value) return
  if (text === '')
    throw new InvalidInputException(`${at}${typeof key === 'number' ? `${key + 1}.member` : key} must not be blank`)
  holder[key] = text
}
