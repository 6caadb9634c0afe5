import { exclusiveOperation } from '../operation.ts'
import { addTags, findTagged } from './tagged.ts'

/** Adds tags to a resource. A tag replaces the one with its key. */
export const tagResource = exclusiveOperation('TagResource', async ({ store }, { resourceArn, tags }) => {
  const tagged = await findTagged(store, resourceArn)
  await store.resources.update(resourceArn, { tags: addTags(tagged.tags, tags) })
  return {}
})
