import { camelCase, nearestName } from '../../datasets/names.ts'
import type { Dataset } from '../../datasets/of-group.ts'
import type { UnknownKeys } from '../../datasets/properties.ts'
import type { Log } from '../../log.ts'

/** A key of `properties` that is not a field of its dataset's schema. */
interface UnknownProperty {
  /** As the client writes it, with 100 characters at most and without control characters. */
  readonly name: string
  /** In how many records and events it was left out. */
  readonly count: number
  /** The field that the client probably means. */
  readonly perhaps?: string | undefined
}

/**
 * Counts the properties that Put calls have left out since the start of this server, so that the operator sees them.
 */
export interface UnknownProperties {
  readonly policy: UnknownKeys
  /** Counts keys that were left out of a dataset's records. Logs each name once. */
  count(dataset: Dataset, keys: readonly string[]): void
  /** The unknown properties of a dataset, in the order of their first appearance. */
  of(datasetArn: string): readonly UnknownProperty[]
  /** The unknown properties of all datasets. */
  all(): Iterable<{ readonly datasetArn: string } & UnknownProperty>
  /** Call it when a dataset's schema changed, or the dataset was deleted. */
  forget(datasetArn: string): void
}

/** The most names that are kept for a dataset, so that a client with invented names cannot fill the memory. */
export const NAMES_MAX = 100
/** All other names are counted under this one. */
export const OTHERS = '(others)'
const NAME_LENGTH_MAX = 100

/** Opens the counts of a server, all at 0. @param policy whether unknown keys are left out or refused */
export function openUnknownProperties(policy: UnknownKeys, log: Pick<Log, 'warn'>): UnknownProperties {
  const known = new Map<string, Map<string, { name: string; count: number; perhaps?: string | undefined }>>()

  const countOne = ({ arn, schema }: Dataset, key: string) => {
    const names = known.getOrInsertComputed(arn, () => new Map())
    const shown = shownName(key)
    const name = names.has(shown) || names.size < NAMES_MAX ? shown : OTHERS
    const property = names.getOrInsertComputed(name, () => {
      const fields = schema.fields.map(field => camelCase(field.name))
      const perhaps = name === OTHERS ? undefined : nearestName(name, fields)
      log.warn(
        { datasetArn: arn, property: name, perhaps },
        name === OTHERS
          ? `more than ${NAMES_MAX} properties are not fields of the schema: the names of others are not kept`
          : 'a property is not a field of the schema: it is left out',
      )
      return { name, count: 0, perhaps }
    })
    property.count++
  }
  return {
    policy,
    count(dataset, keys) {
      for (const key of keys) countOne(dataset, key)
    },
    of: datasetArn => [...(known.get(datasetArn)?.values() ?? [])].map(property => ({ ...property })),
    *all() {
      for (const [datasetArn, names] of known) for (const property of names.values()) yield { datasetArn, ...property }
    },
    forget: datasetArn => void known.delete(datasetArn),
  }
}

/** A key in a form that is safe for a log, a terminal and Prometheus. */
export function shownName(key: string): string {
  return key
    .slice(0, NAME_LENGTH_MAX)
    .toWellFormed()
    .replace(/\p{Cc}/gu, '\uFFFD')
}
