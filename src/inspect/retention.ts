import { A_KEEPING, keepingOf } from '../config/duration.ts'
import { InvalidInputException } from '../contract/errors.ts'
import { findResource } from '../operations/shared/resources.ts'
import { type Kept, keptAs, keptBy } from '../retention/kept.ts'
import { inPages } from '../store/pages.ts'
import type { Resource } from '../store/resource-store.ts'
import { missing } from './keys.ts'
import { Members } from './members.ts'
import type { Route, Routes, Sources } from './route.ts'

/** Shows for how long one dataset group keeps its interactions, or each does, and where that is set. */
const getRetention: Route = async (sources, parameters) => {
  parameters.assertNoneBut(['datasetGroupArn'])
  const datasetGroupArn = parameters.optional('datasetGroupArn')
  const groups = datasetGroupArn
    ? [await findResource(sources.store, 'dataset-group', datasetGroupArn)]
    : await Array.fromAsync(inPages(sources.store.resources, { kind: 'dataset-group' }))
  return { usual: sources.retention.usual, retention: groups.map(group => show(group, sources)) }
}

/** Sets it for one dataset group, and deletes in the background what is too old by it. */
const putRetention: Route = async (sources, _parameters, body) => {
  const members = new Members(body, ['datasetGroupArn', 'keepEvents'])
  const datasetGroupArn = members.text('datasetGroupArn') ?? missing('datasetGroupArn')
  const keepEvents = members.text('keepEvents') ?? missing('keepEvents')
  if (keepingOf(keepEvents) === undefined)
    throw new InvalidInputException(`keepEvents must be ${A_KEEPING}, got ${JSON.stringify(keepEvents.slice(0, 40))}`)
  return change(sources, datasetGroupArn, keepEvents)
}

/** Takes the setting of a dataset group away, so that the server's is in force. */
const deleteRetention: Route = async (sources, parameters) => {
  parameters.assertNoneBut(['datasetGroupArn'])
  return change(sources, parameters.required('datasetGroupArn'), undefined)
}

/** The routes of `/inspect/retention`. */
export const retention: Routes = { GET: getRetention, PUT: putRetention, DELETE: deleteRetention }

async function change(sources: Sources, datasetGroupArn: string, keepEvents: string | undefined) {
  const { store, retention } = sources
  await findResource(store, 'dataset-group', datasetGroupArn)
  const group = await store.resources.update(datasetGroupArn, keptAs(keepEvents))
  void retention.sweepGroup(datasetGroupArn)
  return show(group, sources)
}

/** A dataset group, as `/inspect/retention` shows it. */
export interface ShownRetention extends Kept {
  readonly datasetGroupArn: string
  readonly name: string
}

function show(group: Resource, { retention }: Sources): ShownRetention {
  return { datasetGroupArn: group.arn, name: String(group.document.name), ...keptBy(group, retention.usual) }
}
