import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Dataset } from '../../datasets/of-group.ts'
import type { ImportedInteraction } from '../../store/rows.ts'
import { openStaging, type StagingStore } from './staging.ts'

/** Of a row, in characters. */
const SIZE = 1 << 20

describe('staging interactions as they come', () => {
  it('has few large rows under way, and asks the store to write them', async () => {
    const waiting: { readonly size: number; stored(): void }[] = []
    let most = 0
    const imports: StagingStore = {
      rowsAtOnce: 10_000,
      rowsSorted: 30_000,
      takesInteractionsAsTheyCome: true,
      stageRecords: async () => {},
      async stageInteractions(_dataset, _generation, rows, _seq, isMore) {
        if (!isMore) for (const { stored } of waiting.splice(0)) stored()
        if (rows.length === 0) return
        const { promise, resolve } = Promise.withResolvers<void>()
        waiting.push({ size: rows.length * SIZE, stored: resolve })
        most = Math.max(
          most,
          waiting.reduce((sum, { size }) => sum + size, 0),
        )
        return promise
      },
    }
    const dataset = { id: 1, type: 'INTERACTIONS', schema: {} } as Dataset
    const { add, finish } = openStaging(imports, dataset, { generation: 1, seq: 1, missing: undefined }, 1)
    const row: ImportedInteraction = {
      userId: 'u',
      itemId: 'i',
      timestampMs: 1,
      eventType: 'click',
      eventValue: null,
      details: ' '.repeat(SIZE),
    }
    for (let n = 0; n < 500; n++) await add([row, row], 1)
    await finish()
    assert.ok(most > 2 * SIZE && most < 40 * SIZE, `${most} characters were under way`)
  })
})
