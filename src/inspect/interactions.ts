import { InvalidInputException } from '../contract/errors.ts'
import { spellingsOf } from '../datasets/blanks.ts'
import { decodeValue } from '../datasets/encoding.ts'
import { camelCase } from '../datasets/names.ts'
import type { Dataset } from '../datasets/of-group.ts'
import { idFields } from '../datasets/schema.ts'
import type { FoundInteraction } from '../store/rows.ts'
import { hasInteractions } from './datasets.ts'
import type { Route } from './route.ts'

/**
 * Shows a user's interactions, or those of an anonymous session under its id. The newest come first; the list may be
 * empty.
 */
export const history: Route = async ({ store, datasets }, parameters) => {
  const [userId, limit] = [parameters.required('userId'), parameters.limit()]
  const dataset = await datasets.get(parameters.required('datasetArn'))
  if (!hasInteractions(dataset.type)) {
    throw new InvalidInputException(`datasetArn must be of interactions; ${dataset.arn} is ${dataset.type}`)
  }
  for (const spelling of spellingsOf(userId)) {
    const found = await store.interactions.ofUser(dataset.id, spelling, limit)
    if (found.length > 0) return { interactions: found.map(interaction => showInteraction(dataset, interaction)) }
  }
  return { interactions: [] }
}

/** Returns an interaction with the field names of PutEvents and a readable time. Absent fields are left out. */
export function showInteraction({ type, schema }: Dataset, interaction: FoundInteraction) {
  const { userId, anonymous, sessionId, itemId, eventType, eventId, eventValue, details } = interaction
  const { timestampMs, repeated, ingestion, seq } = interaction
  const stored: Record<string, string | number | boolean> = details ? JSON.parse(details) : {}
  const properties = Object.entries(stored).map(([name, value]) => {
    const field = schema.fields.find(field => field.name === name)
    return [camelCase(name), field ? decodeValue(field, value) : value]
  })
  const known = {
    userId,
    sessionId,
    [camelCase(idFields[type])]: itemId,
    timestamp: new Date(timestampMs).toISOString(),
    eventType: eventType || null,
    eventId,
    eventValue,
    properties: Object.fromEntries(properties),
    anonymous,
    repeated,
    ingestion,
    seq,
  }
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== null))
}
