import type { ResourceHead } from '../../store/resource-store.ts'

type Job = Pick<ResourceHead, 'kind' | 'parent'>

/** The datasets and groups that jobs write to: of two jobs that write to the same the later one waits. */
interface Territories {
  /** Whether no added job writes to the same as this one. One that only reads is always free. */
  isFree(job: Job): boolean
  add(job: Job): void
}

/**
 * Imports into one dataset go one after the other: the rows of the later one are the newer. So do a deletion and other
 * writes to its group; otherwise an import could bring back a user who is being deleted.
 */
export function openTerritories(): Territories {
  /** Groups that are written to as a whole, groups of written datasets, and these datasets. */
  const [whole, inPart, datasets] = [new Set<string>(), new Set<string>(), new Set<string>()]
  return {
    isFree({ kind, parent }) {
      const group = groupOf(parent!)
      if (kind === 'data-deletion-job') return !whole.has(group) && !inPart.has(group)
      return kind !== 'dataset-import-job' || (!whole.has(group) && !datasets.has(parent!))
    },
    add({ kind, parent }) {
      if (kind === 'data-deletion-job') whole.add(groupOf(parent!))
      if (kind !== 'dataset-import-job') return
      inPart.add(groupOf(parent!))
      datasets.add(parent!)
    },
  }
}

/** The name of the dataset group that the ARN of a group or of a dataset has. */
const groupOf = (arn: string) => arn.replace(/^.*?:dataset(-group)?\//, '').split('/')[0]!
