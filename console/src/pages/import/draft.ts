import type { ImportMode } from '@aws-sdk/client-personalize'
import type { DatasetType, Domain } from '../../../../src/datasets/dataset-type.ts'
import type { Schema } from '../../../../src/datasets/schema.ts'
import type { DatasetGroup } from '../../shared/dataset-groups.ts'
import { guessType } from './names.ts'
import { type Column, propose, proposeFor } from './propose.ts'
import { readSchema, schemaText } from './schema-text.ts'
import type { Source } from './source.ts'

/** The choices of a person in the wizard so far. */
export interface Draft {
  /** The name of a group that is there; undefined for a new one. */
  readonly group: string | undefined
  readonly newName: string
  readonly newDomain: Domain | undefined
  readonly source: Source | undefined
  readonly type: DatasetType
  /** As they were changed by the person; undefined as long as the proposal stands. */
  readonly changed: readonly Column[] | undefined
  readonly mode: ImportMode
}

/** Returns the draft at the beginning. */
export function newDraft(group: string | undefined): Draft {
  return {
    group,
    newName: '',
    newDomain: undefined,
    source: undefined,
    type: 'USERS',
    changed: undefined,
    mode: 'FULL',
  }
}

/** Takes a file over into the draft, and guesses the type of its rows. */
export function withSource(draft: Draft, source: Source | undefined): Draft {
  return { ...draft, source, changed: undefined, ...(source && { type: guessType(source.sample.header) }) }
}

/** The names, ARNs and schema that a draft stands for. */
export interface Meant {
  readonly name: string
  readonly domain: Domain | undefined
  readonly datasetGroupArn: string | undefined
  /** Of the dataset that is there already. */
  readonly datasetArn: string | undefined
  readonly columns: readonly Column[]
  readonly text: string
  readonly schema: Schema | undefined
  /** Of the schema. */
  readonly fault: string | undefined
}

/**
 * Returns the meaning of a draft for a group.
 * @param existing the schema of the group's dataset of the draft's type
 */
export function meaningOf(draft: Draft, group: DatasetGroup | undefined, existing: Schema | undefined): Meant {
  const { type, source } = draft
  const domain = draft.group === undefined ? draft.newDomain : (group?.domain as Domain | undefined)
  const sample = source?.sample ?? { header: [], rows: [], lines: [], isAll: true }
  const columns = draft.changed ?? (existing ? proposeFor(sample, existing) : propose(sample, type, domain))
  const text = schemaText(columns, type)
  const read = existing ? { schema: existing } : readSchema(text, domain)
  return {
    name: draft.group ?? draft.newName.trim(),
    domain,
    datasetGroupArn: group?.datasetGroupArn,
    datasetArn: group?.datasets.find(({ datasetType }) => datasetType === type)?.datasetArn,
    columns,
    text,
    schema: 'schema' in read ? read.schema : undefined,
    fault: 'fault' in read ? read.fault : undefined,
  }
}
