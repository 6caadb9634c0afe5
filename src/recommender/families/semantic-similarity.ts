import { EMBEDDING_MODEL, embeddingModelFolder } from '../../config/environment.ts'
import { InternalFailure } from '../../contract/errors.ts'
import { type Schema, valueFields } from '../../datasets/schema.ts'
import type { State } from '../../engine/state.ts'
import { type Embed, isTrainedWith } from '../../engine/text/embeddings.ts'
import {
  openSemanticSimilarity,
  type SemanticState,
  trainSemanticSimilarity,
} from '../../engine/text/semantic-similarity.ts'
import type { FieldValue } from '../../filters/dataset-record.ts'
import { loadEmbeddingModel } from '../embedding/embedding-model.ts'
import { EmbeddingModelError } from '../embedding/embedding-protocol.ts'
import type { Family } from './family.ts'
import { interactionsOf } from './interactions.ts'

/**
 * Items that read like an item: by words, or by meaning where PERSONALITE_EMBEDDING_MODEL names the folder of an
 * embedding model. Items that are put after training are read as they come.
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
      done => data.report({ phase: 'embedding', done, total: itemRecords.length }),
    )
    return { state: state as State, metrics: state.metrics }
  },
  async open(state, { itemSchema }) {
    const model = openSemanticSimilarity(state as SemanticState, await embeddingOf(state as SemanticState))
    const read = readerOf(itemSchema)
    return {
      ask({ item = -1, influence }) {
        const weights = { popularity: influence?.POPULARITY, freshness: influence?.FRESHNESS }
        return {
          rank: wanted => model.similar(item, weights, wanted),
          explain: items => model.explain(item, items, weights),
        }
      },
      learned: (item, { fields }) => model.add(item, read.text(fields), read.created(fields)),
      isAsTrained: (item, { fields }) => model.isAsTrained(item, read.text(fields), read.created(fields)),
    }
  },
}

/** @throws InternalFailure if there is no such model; the message has the remedy */
async function embedding(): Promise<Embed | undefined> {
  const folder = embeddingModelFolder()
  try {
    return folder ? await loadEmbeddingModel(folder) : undefined
  } catch (error) {
    if (!(error instanceof EmbeddingModelError)) throw error
    throw Object.assign(new InternalFailure(error.message), { hint: error.hint })
  }
}

/** The embedding model of the training. @throws InternalFailure if it is not there, or another one is */
async function embeddingOf({ embeddings }: SemanticState): Promise<Embed | undefined> {
  if (!embeddings) return undefined
  const embed = await embedding()
  if (embed && (await isTrainedWith(embeddings, embed))) return embed
  const wanted = embed ? 'names another embedding model than' : 'must be the folder of the embedding model'
  throw new InternalFailure(
    `${EMBEDDING_MODEL} ${wanted} that this was trained with: give that one, or train another solution version`,
  )
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
