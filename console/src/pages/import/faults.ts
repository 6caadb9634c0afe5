import type { DatasetGroup } from '../../shared/dataset-groups.ts'
import type { Checked } from './check.ts'
import type { Draft, Meant } from './draft.ts'

const GROUP_NAME = /^[A-Za-z0-9][\w-]{0,62}$/

/** Returns for each step of the wizard why the person cannot go on; undefined where nothing is wrong. */
export function faultsOf(
  draft: Draft,
  meant: Meant,
  groups: readonly DatasetGroup[],
  checked: Checked | undefined,
): readonly (string | undefined)[] {
  return [groupFault(draft, groups), fileFault(draft), meant.fault, checked?.fault]
}

function groupFault({ group, newName }: Draft, groups: readonly DatasetGroup[]): string | undefined {
  if (group !== undefined) return undefined
  const name = newName.trim()
  if (!GROUP_NAME.test(name))
    return 'Give it a name of letters, digits, - and _, which begins with a letter or a digit.'
  return groups.some(one => one.name === name) ? 'There is a dataset group of this name already.' : undefined
}

function fileFault({ source }: Draft): string | undefined {
  if (!source) return 'Choose a file first.'
  return source.sample.rows.length === 0 ? 'Choose a file with rows.' : undefined
}
