import { InvalidInputException, ResourceNotFoundException, TooManyTagsException } from '../../contract/errors.ts'
import type { Resource, Tag } from '../../store/resource-store.ts'
import type { Store } from '../../store/store.ts'

/** AWS's limit (https://docs.aws.amazon.com/personalize/latest/dg/tagging-resources.html). */
const TAGS_MAX = 50

/** Returns the resource of an ARN. All resources can have tags. @throws ResourceNotFoundException */
export async function findTagged(store: Store, arn: string): Promise<Resource> {
  const resource = await store.resources.get(arn)
  if (resource) return resource
  throw new ResourceNotFoundException(`The given resource does not exist: ${arn}`)
}

/** Whether a key or a value is for AWS's own tags (personalize-managing-tags.md). */
const isReserved = (text: string) => text.toLowerCase().startsWith('aws:')

/**
 * Returns the tags of a resource with others added. Added tags replace those with their keys.
 * @throws InvalidInputException for a key or value that is reserved, or a key that comes twice in `added`;
 *   TooManyTagsException
 */
export function addTags(tags: readonly Tag[], added: readonly Tag[]): readonly Tag[] {
  for (const [i, { tagKey, tagValue }] of added.entries()) {
    const reserved = isReserved(tagKey) ? 'tagKey' : isReserved(tagValue) && 'tagValue'
    if (reserved)
      throw new InvalidInputException(`tags.${i + 1}.member.${reserved} must not begin with aws:, which is reserved`)
  }
  const keys = added.map(({ tagKey }) => tagKey)
  const twice = keys.findIndex((key, i) => keys.indexOf(key) < i)
  if (twice >= 0) {
    const first = `tags.${keys.indexOf(keys[twice]!) + 1}.member`
    throw new InvalidInputException(
      `tags.${twice + 1}.member.tagKey is that of ${first} too; each tag key must be unique`,
    )
  }
  const byKey = new Map([...tags, ...added].map(({ tagKey, tagValue }) => [tagKey, { tagKey, tagValue }]))
  if (byKey.size <= TAGS_MAX) return [...byKey.values()]
  throw new TooManyTagsException(`tags: the resource would have ${byKey.size}; the most is ${TAGS_MAX}`)
}
