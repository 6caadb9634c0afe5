import { PutActionInteractionsCommand, PutEventsCommand } from '@aws-sdk/client-personalize-events'
import { ServiceException } from '../../../../src/contract/errors.ts'
import { compileCsvInteractions, compileCsvRecords } from '../../../../src/datasets/csv.ts'
import { MissingCells } from '../../../../src/datasets/missing-values.ts'
import { camelCase } from '../../../../src/datasets/names.ts'
import { valueFields } from '../../../../src/datasets/schema.ts'
import { RowSplitter } from '../../../../src/datasets/split-rows.ts'
import type { Value } from '../../../../src/datasets/values.ts'
import type { Api } from '../../session/api.ts'
import { putActionInteractionCall, putEventCall } from '../../shared/event-input.ts'
import { isRecordType, putRecords } from '../../shared/put-record.ts'
import { propertiesText } from '../../shared/record-input.ts'
import { actionTrackingIdOf, trackingIdOf } from '../../shared/tracking.ts'
import type { Outcome, Plan, Progress } from './run.ts'

/** A plan whose dataset is there. */
interface PutPlan extends Plan {
  readonly groupArn: string
  readonly datasetArn: string
  readonly content: Blob
}

/** Calls of events under way at the same time. Records go one call after the other: the last of an id stands. */
const EVENTS_AT_ONCE = 8
/** A Put call takes this many records. */
const RECORDS = 10
const FAULTS_SHOWN = 5

/** A call that is ready to be sent, and the number of its rows. */
type Send = () => Promise<unknown>

/** Sends the rows of a file by Put calls, where the server cannot take the file. Refused rows are counted, not sent. */
export async function putAll(
  api: Api,
  plan: PutPlan,
  report: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<Outcome> {
  const calls = await compileCalls(api, plan)
  const outcome = { put: 0, refused: 0, faults: [] as string[] }
  let [read, header]: [number, readonly string[] | undefined] = [0, undefined]
  let rowsTo: ReturnType<typeof calls> | undefined
  const splitter = new RowSplitter()
  const take = async ({ rows, lines, fault }: ReturnType<RowSplitter['add']>) => {
    let waiting: Send[] = []
    for (const [at, row] of rows.entries()) {
      if (!header) {
        header = row
        rowsTo = calls(header)
        continue
      }
      try {
        waiting.push(...rowsTo!.add(row, lines[at]!))
        outcome.put++
      } catch (error) {
        if (!(error instanceof ServiceException)) throw error
        outcome.refused++
        if (outcome.faults.length < FAULTS_SHOWN) outcome.faults.push(`Line ${lines[at]}: ${error.message}`)
      }
      if (waiting.length < (isRecordType(plan.type) ? 1 : EVENTS_AT_ONCE)) continue
      signal.throwIfAborted()
      await Promise.all(waiting.map(send => send()))
      waiting = []
    }
    await Promise.all(waiting.map(send => send()))
    if (fault) throw new Error(`Line ${fault.line}: ${fault.problem}`)
  }
  const text = plan.content.stream().pipeThrough(new TextDecoderStream('utf-8', { fatal: true }))
  for await (const part of text as unknown as AsyncIterable<string>) {
    await take(splitter.add(part))
    read += new Blob([part]).size
    report({ doing: `Putting rows: ${outcome.put.toLocaleString('en')} so far`, share: read / plan.content.size })
  }
  await take(splitter.end())
  await Promise.all((rowsTo?.rest() ?? []).map(send => send()))
  return outcome
}

interface Calls {
  /** Returns the calls that are full with this row. @throws ServiceException where it breaks a rule */
  add(row: readonly string[], line: number): readonly Send[]
  rest(): readonly Send[]
}

async function compileCalls(api: Api, plan: PutPlan): Promise<(header: readonly string[]) => Calls> {
  const { type, schema, datasetArn } = plan
  if (isRecordType(type)) {
    const fields = valueFields(schema)
    return header => {
      const read = compileCsvRecords(schema, header, new MissingCells())
      let records: { id: string; properties: string | undefined }[] = []
      const take = (): readonly Send[] => {
        const full = records
        records = []
        return full.length === 0 ? [] : [() => putRecords(api, type, datasetArn, full)]
      }
      return {
        add(row, line) {
          const { id, values } = read(row, line)
          records.push({ id, properties: propertiesText(given(fields, values)) })
          return records.length < RECORDS ? [] : take()
        },
        rest: take,
      }
    }
  }
  const isAction = type === 'ACTION_INTERACTIONS'
  const group = { name: plan.group.name, datasetGroupArn: plan.groupArn }
  const trackingId = isAction ? await actionTrackingIdOf(api, datasetArn) : await trackingIdOf(api, group)
  return header => {
    const read = compileCsvInteractions(schema, header, new MissingCells())
    const callOf = isAction ? putActionInteractionCall : putEventCall
    return {
      add(row, line) {
        const { userId, itemId, timestampMs, eventType, eventValue, details } = read(row, line)
        const values = details === '' ? {} : JSON.parse(details)
        const common = { userId, id: itemId, eventType, eventValue, details: values, time: new Date(timestampMs) }
        // A call is of one session. Each user has one, as a file has none.
        const { input } = callOf(trackingId, { ...common, sessionId: `imported ${userId}`.slice(0, 256) })
        return [() => sendEvent(api, input, isAction)]
      },
      rest: () => [],
    }
  }
}

async function sendEvent({ events }: Api, input: object, isAction: boolean): Promise<void> {
  if (isAction) await events.send(new PutActionInteractionsCommand(input as never))
  else await events.send(new PutEventsCommand(input as never))
}

function given(fields: readonly { readonly name: string }[], values: readonly Value[]): Record<string, Value> {
  const entries = fields.map(({ name }, at) => [camelCase(name), values[at] ?? null] as const)
  return Object.fromEntries(entries.filter(([, value]) => value !== null))
}
