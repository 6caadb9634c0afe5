export interface Tag {
  readonly tagKey: string
  readonly tagValue: string
}

export interface NewResource {
  readonly arn: string
  readonly kind: string
  /** The ARN of the resource that it lives in: a dataset's group, a job's dataset. */
  readonly parent?: string | undefined
  /** The ARN of the resource that it is made from: a dataset's schema. */
  readonly reference?: string | undefined
  readonly status: string
  /** The members that Describe* returns, and our own. */
  readonly document: Readonly<Record<string, unknown>>
  readonly tags?: readonly Tag[] | undefined
}

export interface Resource extends Required<NewResource> {
  /** A number of its own, never reused; the key under which a dataset's rows are kept. */
  readonly id: number
  /** Milliseconds since 1970. */
  readonly createdAt: number
  readonly updatedAt: number
}

/** The members to change; a document's members are merged into it. */
export interface ResourceChange {
  readonly status?: string
  /** Only where the status is one of these. */
  readonly ifStatus?: readonly string[]
  readonly reference?: string
  readonly document?: Readonly<Record<string, unknown>>
  readonly tags?: readonly Tag[]
}

export interface ResourceQuery {
  readonly kind?: string | undefined
  readonly parent?: string | undefined
  readonly reference?: string | undefined
  /** The ARN of the dataset group that it lives in, at any depth: a job's dataset's, a campaign's solution's. */
  readonly datasetGroup?: string | undefined
  readonly status?: string | undefined
  /** Only resources that wait, run or are being stopped: `isUnfinished`. */
  readonly unfinished?: true | undefined
  /** Only background work: kinds that end in `-job`, solution versions, recommenders. */
  readonly isJob?: true | undefined
  /** The newest first; else in the order of creation. */
  readonly newestFirst?: true | undefined
  /** Only those that come after the resource of this id, in the order that is asked for. */
  readonly after?: number | undefined
  readonly limit?: number | undefined
}

/** A resource without its document. */
export type ResourceHead = Omit<Resource, 'document' | 'tags'>

export interface Tally {
  readonly kind: string
  readonly status: string
  readonly count: number
}

/** Schemas, dataset groups, datasets, event trackers, jobs: everything that has an ARN. */
export interface ResourceStore {
  get(arn: string): Promise<Resource | undefined>
  /**
   * The resources of a query. Their documents are read: a caller that may get many takes a `limit`, or reads them
   * `inPages`.
   */
  list(query: ResourceQuery): Promise<readonly Resource[]>
  /** How many a query is for, counted no further than `atMost`. No document is read. */
  count(query: ResourceQuery, atMost: number): Promise<number>
  /** How many there are of each kind and status, where there are any. */
  tally(): Promise<readonly Tally[]>
  /** All resources of any kind that wait, run or are being stopped (`isUnfinished`), in the order of creation. */
  unfinished(): Promise<readonly ResourceHead[]>
  /** @throws StoreError `exists`; `missing` (parent or reference) */
  create(resource: NewResource): Promise<Resource>
  /** @throws StoreError `missing`; `changed` */
  update(arn: string, change: ResourceChange): Promise<Resource>
  /**
   * Removes it with the jobs (kinds that end in `-job`) and the solution versions that lived in it, and the jobs that
   * lived in those. A dataset's rows are queued for `purge`.
   * @throws StoreError `missing`; `referenced`, also where one of them waits, runs or is being stopped
   */
  remove(arn: string): Promise<void>
}
