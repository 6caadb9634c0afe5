import { rm } from 'node:fs/promises'
import type { JobsOptions } from '../../src/jobs/runner/options.ts'
import { openJobs } from '../../src/jobs/runner/runner.ts'
import { openLog } from '../../src/log.ts'
import type { Services } from '../../src/operations/operation.ts'
import { openPins } from '../../src/operations/recommendations/pins.ts'
import { arnsOf } from '../../src/operations/shared/arns.ts'
import { openDatasets } from '../../src/operations/shared/datasets.ts'
import { quotas } from '../../src/operations/shared/quotas.ts'
import { openUnknownProperties } from '../../src/operations/shared/unknown-properties.ts'
import { beforeDone, openServing } from '../../src/recommender/serving/serving.ts'
import type { Resource } from '../../src/store/resource-store.ts'
import { isUnfinished } from '../../src/store/statuses.ts'
import type { Store } from '../../src/store/store.ts'
import { temporaryDirectory } from './directory.ts'
import { eventually } from './eventually.ts'
import { openTestStore } from './store.ts'

export interface TestServices extends Services, AsyncDisposable {
  readonly dataDir: string
}

/** Opens the services of operations, on a store in a new directory. The directory is deleted on disposal. */
export async function openTestServices(options: Partial<JobsOptions> = {}): Promise<TestServices> {
  const dataDir = options.dataDir ?? (await temporaryDirectory())
  const log = openLog('silent')
  const store = await openTestStore(dataDir)
  const serving = openServing(store, dataDir)
  const jobs = openJobs({ store, dataDir, log, s3: 'folder', beforeDone: beforeDone(serving), ...options })
  return {
    dataDir,
    store,
    serving,
    jobs,
    log,
    datasets: openDatasets(store, openUnknownProperties('ignore', log)),
    arns: arnsOf('000000000000', 'us-east-1'),
    quotas: quotas.aws,
    pins: openPins(store),
    async [Symbol.asyncDispose]() {
      await jobs.close()
      serving[Symbol.dispose]()
      await store.close()
      if (!options.dataDir) await rm(dataDir, { recursive: true })
    },
  }
}

/** Waits until the resource, such as a job, is neither pending nor in progress. */
export async function settled(store: Store, arn: string): Promise<Resource> {
  return eventually(`the end of ${arn}`, async () => {
    const resource = await store.resources.get(arn)
    return resource && !isUnfinished(resource) && resource
  })
}
