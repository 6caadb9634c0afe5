import type { DatasetType } from '../../../src/datasets/dataset-type.ts'
import { camelCase } from '../../../src/datasets/names.ts'
import { type Field, idFields } from '../../../src/datasets/schema.ts'

/** The words for a row of each type of dataset. */
export const ROWS: Readonly<
  Record<DatasetType, { readonly one: string; readonly many: string; readonly path: string }>
> = {
  USERS: { one: 'user', many: 'Users', path: 'users' },
  ITEMS: { one: 'item', many: 'Items', path: 'items' },
  ACTIONS: { one: 'action', many: 'Actions', path: 'actions' },
  INTERACTIONS: { one: 'interaction', many: 'Interactions', path: 'interactions' },
  ACTION_INTERACTIONS: { one: 'action interaction', many: 'Action interactions', path: 'action-interactions' },
}

/** A number of rows in words: `1 row`, `2,000 rows`. */
export function rowsText(count: number): string {
  return `${count.toLocaleString('en')} ${count === 1 ? 'row' : 'rows'}`
}

/** Returns the type of dataset that a part of a page's path stands for. */
export function typeOfPath(path: string | undefined): DatasetType | undefined {
  return (Object.keys(ROWS) as DatasetType[]).find(type => ROWS[type].path === path)
}

/** The name under which a row of a type has its id: `userId`, `itemId` or `actionId`. */
export function idNameOf(type: DatasetType): 'userId' | 'itemId' | 'actionId' {
  return camelCase(idFields[type]) as 'userId' | 'itemId' | 'actionId'
}

/** The type of a field in words, such as `category`. */
export function typeInWords({ type, categorical, textual }: Field): string {
  if (categorical) return 'category'
  return textual ? 'text' : type
}
