import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { NO_CATALOGUE } from '../../recommender/serving/catalogue.ts'
import { quotas } from '../shared/quotas.ts'
import { itemsMax, metadataReader } from './metadata.ts'

const columns = (count: number) => ({ ITEMS: Array.from({ length: count }, () => 'PRICE') })
const recordOf = (price: number) => (id: string) => ({ id, fields: [price] })

describe('a request with metadata', () => {
  it('may ask for as many items as one without, and for any number of columns', () => {
    assert.equal(itemsMax(columns(99), quotas.none), 500)
    assert.equal(itemsMax(undefined, quotas.none), 500)
  })

  it('may ask for 50 items and 10 columns with the quotas of the service', () => {
    assert.equal(itemsMax(columns(10), quotas.aws), 50)
    assert.equal(itemsMax({}, quotas.aws), 500)
    const message = 'metadataColumns.ITEMS can have at most 10 columns, got 11'
    assert.throws(() => itemsMax(columns(11), quotas.aws), { name: 'InvalidInputException', message })
  })

  it('gets numbers of a float as texts that are numbers, whole ones with a fraction', async () => {
    const flags = { nullable: true, categorical: false, textual: false }
    const fields = [
      { name: 'ITEM_ID', type: 'string', ...flags },
      { name: 'PRICE', type: 'double', ...flags },
    ] as const
    const written = [130, -4, 0.5, 1e21, -2e300, 5e-324].map(async price => {
      const catalogue = { ...NO_CATALOGUE, schema: { datasetType: 'ITEMS', fields }, get: recordOf(price) } as const
      const serving = { sources: async () => ({}), catalogue: async () => catalogue }
      const target = { hasMetadata: true, arn: '', datasetGroupArn: '' }
      return (await metadataReader(columns(1), target, serving))!('film').price
    })
    assert.deepEqual(await Promise.all(written), ['130.0', '-4.0', '0.5', '1e+21', '-2e+300', '5e-324'])
  })
})
