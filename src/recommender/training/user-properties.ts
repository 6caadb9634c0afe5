import type { Dataset } from '../../datasets/of-group.ts'
import type { Schema } from '../../datasets/schema.ts'
import { compareBytes } from '../../store/order.ts'
import type { Store } from '../../store/store.ts'
import type { TrainingData } from '../families/family.ts'
import { compileFeatures, learnFeatures } from './features.ts'
import type { Plan } from './plan.ts'
import { type EventTable, readRecords } from './snapshot.ts'

/**
 * Reads the properties of the users of the events; those of others are not needed. Users and records are both in the
 * order of ids, so they are gone through side by side: a map of users would end at 16.7 million.
 */
export async function readProperties(store: Store, source: Dataset | undefined, { users }: EventTable, plan: Plan) {
  const known: { readonly user: number; readonly fields: TrainingData['itemRecords'][number]['fields'] }[] = []
  let next = 0
  if (source)
    for await (const { id, fields } of readRecords(store, source)) {
      while (next < users.length && users[next] !== id && compareBytes(users[next]!, id) < 0) next++
      if (users[next] === id) known.push({ user: next++, fields })
    }
  const schema: Schema = source?.schema ?? { datasetType: 'USERS', fields: [] }
  const space = learnFeatures(
    schema,
    known.map(({ fields }) => fields),
    plan.excluded(schema),
  )
  const reader = compileFeatures(space, schema)
  const nothing = reader.properties([])
  const properties = Array.from(users, () => nothing)
  for (const { user, fields } of known) properties[user] = reader.properties(fields)
  return { space, reader, properties }
}
