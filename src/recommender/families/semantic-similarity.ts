import { type Schema, valueFields } from '../../datasets/schema.ts'
import type { State } from '../../engine/artifact.ts'
import { loadEmbeddingModel } from '../../engine/models/embedding-model.ts'
import {
  openSemanticSimilarity,
  type SemanticState,
  trainSemanticSimilarity,
} from '../../engine/models/semantic-similarity.ts'
import type { FieldValue } from '../../filters/candidates.ts'
import type { Family } from '../family.ts'
import { interactionsOf } from './interactions.ts'

/**
 * What reads like an item: by words, or by meaning where PERSONALITE_EMBEDDING_MODEL names the folder of an embedding
 * model. Items that are put after training are read as they come.
 */
export const semanticSimilarity: Family = {
  async train(data) {
    const { itemSchema, itemRecords } = data
    const read = readerOf(itemSchema)
    const state = await trainSemanticSimilarity(
      {
        texts: itemRecords.map(({ fields }) => read.text(fields)),
        created: Float64Array.from(itemRecords, ({ fields }) => read.created(fields) ?? Number.NaN),
        interactions: interactionsOf(data),
      },
      await embedding(),
    )
    return { state: state as State, metrics: state.metrics }
  },
  async open(state, { itemSchema }) {
    const { embeddings } = state as SemanticState
    const model = openSemanticSimilarity(state as SemanticState, embeddings ? await embedding() : undefined)
    const read = readerOf(itemSchema)
    return {
      rank: ({ item = -1, influence }) =>
        model.similar(item, { popularity: influence?.POPULARITY, freshness: influence?.FRESHNESS }),
      learned: (item, { fields }) => model.add(item, read.text(fields), read.created(fields)),
    }
  },
}

async function embedding() {
  const folder = process.env.PERSONALITE_EMBEDDING_MODEL
  return folder ? loadEmbeddingModel(folder) : undefined
}

/** The text of an item is all that is neither a category nor a number: its title, its description. */
function readerOf(schema: Schema) {
  const fields = valueFields(schema)
  const places = fields.flatMap(({ type, categorical }, place) => (type === 'string' && !categorical ? [place] : []))
  const created = fields.findIndex(({ name }) => name === 'CREATION_TIMESTAMP')
  return {
    text: (record: readonly FieldValue[]) => places.flatMap(place => record[place] ?? []).join('\n'),
    /** Milliseconds since 1970. */
    created: (record: readonly FieldValue[]) =>
      created < 0 || record[created] == null ? undefined : Number(record[created]) * 1000,
  }
}
