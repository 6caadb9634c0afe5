import { exclusiveOperation } from '../operation.ts'
import { findTagged } from './tagged.ts'

/** Removes the tags with these keys. Absent keys are ignored. */
export const untagResource = exclusiveOperation('UntagResource', async ({ store }, { resourceArn, tagKeys }) => {
  const { tags } = await findTagged(store, resourceArn)
  await store.resources.update(resourceArn, { tags: tags.filter(({ tagKey }) => !tagKeys.includes(tagKey)) })
  return {}
})
