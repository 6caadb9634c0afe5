import { InvalidInputException, TooManyTagsException } from '../../contract/errors.ts'
import { operation } from '../operation.ts'
import { findTagged } from './tagged.ts'

/** AWS's limit (https://docs.aws.amazon.com/personalize/latest/dg/tagging-resources.html). */
const TAGS_MAX = 50

/** Adds tags to a resource; one with a key that is there already takes its place. */
export const tagResource = operation('TagResource', async ({ store }, { resourceArn, tags }) => {
  const reserved = tags.find(({ tagKey }) => tagKey.toLowerCase().startsWith('aws:'))
  if (reserved) throw new InvalidInputException(`tags: the key ${reserved.tagKey} begins with aws:, which is reserved`)
  const merged = new Map((await findTagged(store, resourceArn)).tags.map(tag => [tag.tagKey, tag]))
  for (const { tagKey, tagValue } of tags) merged.set(tagKey, { tagKey, tagValue })
  if (merged.size > TAGS_MAX) {
    throw new TooManyTagsException(`${resourceArn} would have ${merged.size} tags; the most is ${TAGS_MAX}`)
  }
  await store.resources.update(resourceArn, { tags: [...merged.values()] })
  return {}
})
