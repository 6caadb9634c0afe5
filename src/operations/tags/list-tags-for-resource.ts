import { operation } from '../operation.ts'
import { findTagged } from './tagged.ts'

export const listTagsForResource = operation('ListTagsForResource', async ({ store }, { resourceArn }) => ({
  tags: (await findTagged(store, resourceArn)).tags,
}))
