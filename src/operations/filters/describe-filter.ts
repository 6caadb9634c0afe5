import type { Filter } from '../../contract/generated/types.ts'
import { operation } from '../operation.ts'
import { findResource, present } from '../shared/resources.ts'

export const describeFilter = operation('DescribeFilter', async ({ store }, { filterArn }) => ({
  filter: present<Filter>('Filter', await findResource(store, 'filter', filterArn), 'filterArn'),
}))
