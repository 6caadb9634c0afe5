import { InvalidInputException } from '../../contract/errors.ts'
import type { OperationName } from '../../contract/shapes.ts'
import { trimmed } from '../../datasets/blanks.ts'

const EVENT = ['eventType', 'eventId', 'recommendationId', 'impression']

/**
 * The paths to ids, event types and names of metrics in inputs. Blanks around them are removed, as in files
 * (`parseValue`). So a file, a Put call and a request name the same user, item and event type.
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
  CreateMetricAttribution: ['metrics.eventType', 'metrics.metricName'],
  UpdateMetricAttribution: ['addMetrics.eventType', 'addMetrics.metricName', 'removeMetrics'],
}

type Holder = Record<string | number, unknown>

const split = new Map(Object.entries(TEXTS).map(([name, paths]) => [name, paths.map(path => path.split('.'))]))

/**
 * Removes the blanks around ids, event types and names of metrics. It changes the input itself.
 * @throws InvalidInputException with the path to a text that has only blanks
 */
export function tidyTexts(name: OperationName, input: object): void {
  for (const members of split.get(name) ?? []) {
    const path = tidy(input as Holder, members[0]!, members, 1)
    if (path !== undefined) throw new InvalidInputException(`${path} must not be blank`)
  }
}

/**
 * Tidies the texts in a member, in all parts of a list. Paths are composed only for errors, because this runs for every
 * id of every call.
 * @param members the path; those from the place `at` on are inside
 * @returns the path from the member on to a text that has only blanks, or undefined
 */
function tidy(holder: Holder, key: string | number, members: readonly string[], at: number): string | undefined {
  const value = holder[key]
  let inner: string | undefined
  if (typeof value === 'string') {
    const text = trimmed(value)
    if (text !== value) holder[key] = text
    // Where it is no part of a list, an empty text is the absent member: some programs send every member.
    if (text === '' && (value !== '' || typeof key === 'number')) inner = ''
  } else if (Array.isArray(value)) {
    for (let i = 0; i < value.length && inner === undefined; i++) inner = tidy(value as never, i, members, at)
  } else if (typeof value === 'object' && at < members.length) {
    inner = tidy(value as Holder, members[at]!, members, at + 1)
  }
  if (inner === undefined) return undefined
  const name = typeof key === 'number' ? `${key + 1}.member` : key
  return inner === '' ? name : `${name}.${inner}`
}
