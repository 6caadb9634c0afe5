import { randomUUID } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import { ThrottlingException } from '../contract/errors.ts'
import { oneAfterTheOther } from '../store/serialize.ts'
import type { Store } from '../store/store.ts'
import type { AnalysisProgress, Facts } from './report.ts'
import type { WorkerData } from './worker.ts'

/** Analyses of dataset groups, each in a thread of its own, one at a time. */
export interface Insights {
  /**
   * Returns the analysis with this id, if it is of the group and remembered. Otherwise it returns the unfinished one of
   * the group, or a new one.
   */
  find(datasetGroupArn: string, id?: string): Analysis
  /** Ends all analyses. Requests that wait for one get a ThrottlingException. */
  close(): Promise<void>
}

interface Analysis {
  readonly id: string
  readonly datasetGroupArn: string
  /** Its progress; undefined until it begins. */
  readonly progress: AnalysisProgress | undefined
  /** The result. @throws ThrottlingException if the server stops */
  readonly facts: Promise<Facts>
}

/** The number of ended analyses that are remembered, for clients that ask for their result. */
const REMEMBERED = 8
/** Enough for any data: an analysis keeps half a million ids, and samples of each column. */
const HEAP_MB = 1024

/** Analyses of the dataset groups of a store, each in a thread of its own, one at a time. */
export function openInsights(store: Store): Insights {
  const underWay = new Map<string, Analysis>()
  const ended: Analysis[] = []
  const inTurn = oneAfterTheOther()
  const closing = new AbortController()
  const begin = (datasetGroupArn: string): Analysis => {
    let progress: AnalysisProgress | undefined
    const analysis: Analysis = {
      id: randomUUID(),
      datasetGroupArn,
      get progress() {
        return progress
      },
      facts: inTurn(() =>
        readInThread(store, datasetGroupArn, closing.signal, next => {
          progress = next
        }),
      ),
    }
    underWay.set(datasetGroupArn, analysis)
    const end = () => {
      underWay.delete(datasetGroupArn)
      ended.unshift(analysis)
      ended.length = Math.min(REMEMBERED, ended.length)
    }
    analysis.facts.then(end, end)
    return analysis
  }
  return {
    find(datasetGroupArn, id) {
      const known = ended.find(analysis => analysis.id === id && analysis.datasetGroupArn === datasetGroupArn)
      return known ?? underWay.get(datasetGroupArn) ?? begin(datasetGroupArn)
    },
    async close() {
      closing.abort()
      await Promise.allSettled([...underWay.values()].map(({ facts }) => facts))
    },
  }
}

type Message = { readonly progress: AnalysisProgress } | { readonly facts: Facts }

async function readInThread(
  store: Store,
  datasetGroupArn: string,
  closing: AbortSignal,
  onProgress: (progress: AnalysisProgress) => void,
): Promise<Facts> {
  if (closing.aborted) throw stopping()
  const { handle, transfer } = store.share()
  const workerData: WorkerData = { handle, datasetGroupArn }
  const thread = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData,
    transferList: [...transfer],
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
  })
  const end = () => void thread.terminate()
  closing.addEventListener('abort', end)
  try {
    return await new Promise<Facts>((resolve, reject) => {
      let facts: Facts | undefined
      thread.on('message', (message: Message) => {
        if ('progress' in message) onProgress(message.progress)
        else facts = message.facts
      })
      thread.once('error', reject)
      thread.once('exit', () => (facts ? resolve(facts) : reject(stopping())))
    })
  } finally {
    closing.removeEventListener('abort', end)
  }
}

function stopping(): ThrottlingException {
  return new ThrottlingException('The analysis was ended because the server stops: try again')
}
