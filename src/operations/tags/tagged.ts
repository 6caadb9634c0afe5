import { ResourceNotFoundException } from '../../contract/errors.ts'
import type { Resource, Store } from '../../store/store.ts'

/** Anything with an ARN can have tags. @throws ResourceNotFoundException */
export async function findTagged(store: Store, arn: string): Promise<Resource & { tags: NonNullable<Resource['tags']> }> {
  const resource = await store.resources.get(arn)
  if (!resource) throw new ResourceNotFoundException(`The given resource does not exist: ${arn}`)
  return { ...resource, tags: resource.tags ?? [] }
}
