import { shapeOf } from '../../contract/registry.ts'
import { isUnfinished, phaseOf } from '../../store/statuses.ts'
import { defaultOf, isEmpty, sameArn } from './compare.ts'
import { isTree, oneOf, type Tree } from './faults.ts'
import { IMPORT } from './properties.ts'
import { contentsOf, type Typed } from './removal.ts'
import { type CallByName, openThere, type There, tagsOf } from './there.ts'
import { pascal, type ResourceType, resourceTypes, typeName } from './types.ts'

/** A resource of the exported template, with what its functions refer to. */
interface Exported extends Typed {
  readonly id: string
  readonly dependsOn?: string
}

/**
 * Returns the template of a dataset group and of all that is in it. For each dataset it has the newest full import and
 * the incremental ones after it. It has the solution versions that campaigns serve, or else the newest. Resources that
 * failed are left out, as are jobs of other kinds.
 * @throws Error where there is no such group
 */
export async function exportedTemplate(group: string, call: CallByName): Promise<Tree> {
  const there = openThere(call)
  const groups = await there.list(resourceTypes.DatasetGroup!)
  const found = groups.find(({ name, datasetGroupArn }) => name === group || datasetGroupArn === group)
  if (!found) {
    const others = groups.length === 0 ? 'none' : oneOf(groups.map(({ name }) => String(name)))
    throw new Error(`there is no dataset group ${group}; there are: ${others}`)
  }
  const all = named(await allOf(there, found.datasetGroupArn as string))
  const resources = await Promise.all(all.map(one => resourceOf(call, one, all)))
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `The dataset group ${found.name}, exported by personalite.`,
    Resources: Object.fromEntries(resources),
  }
}

async function allOf(there: There, datasetGroupArn: string): Promise<readonly Typed[]> {
  const group = await there.describe(resourceTypes.DatasetGroup!, datasetGroupArn)
  const contents = (await contentsOf(there, datasetGroupArn)).filter(isOfUse)
  const ofNoun = (noun: string) => contents.filter(({ type }) => type.noun === noun)
  const versions = await Promise.all(ofNoun('Solution').map(one => versionsOf(there, one, ofNoun('Campaign'))))
  const datasets = await Promise.all(ofNoun('Dataset').map(one => withImports(there, one)))
  const others = contents.filter(({ type }) => type.noun !== 'Dataset')
  const typed = [{ ...group!, type: resourceTypes.DatasetGroup! }, ...others, ...datasets.flat(), ...versions.flat()]
  return typed.toSorted(inTemplate)
}

/**
 * By rank, type and name, so that the template is the same whenever each was created. Imports of a dataset stay in the
 * order in which they ran, and versions without a name in that of the list.
 */
function inTemplate(one: Typed, other: Typed): number {
  if (one.type !== other.type) return one.type.rank - other.type.rank || (one.type.noun < other.type.noun ? -1 : 1)
  const [name, otherName] = [one, other].map(({ type, document }) =>
    String((type.isJob ? document.datasetArn : document[type.name]) ?? ''),
  )
  return name === otherName ? 0 : name! < otherName! ? -1 : 1
}

function isOfUse({ document: { status = 'ACTIVE' } }: Pick<Typed, 'document'>): boolean {
  const phase = phaseOf(String(status))
  if (String(status).startsWith('DELETE')) return false
  return phase === 'done' || phase === 'inactive' || isUnfinished({ status: String(status) })
}

/** The versions that campaigns serve, or else the newest. */
async function versionsOf(there: There, solution: Typed, campaigns: readonly Typed[]): Promise<readonly Typed[]> {
  const type = resourceTypes.SolutionVersion!
  const served = campaigns.map(({ document }) => String(document.solutionVersionArn))
  const own = new Set(served.filter(arn => arn.startsWith(`${solution.arn}/`) && !arn.endsWith('/$LATEST')))
  const newest = own.size > 0 ? undefined : await there.find(type, { solutionArn: solution.arn })
  const found = newest ? [newest] : await Promise.all([...own].map(arn => there.describe(type, arn)))
  return found.flatMap(version => (version ? [{ ...version, type }] : []))
}

/** A dataset with its newest full import as a property, and the incremental ones after it as resources. */
async function withImports(there: There, dataset: Typed): Promise<readonly Typed[]> {
  const type = resourceTypes.DatasetImportJob!
  const listed = await there.list(type, { datasetArn: dataset.arn })
  const described = await Promise.all(listed.map(job => there.describe(type, job[type.arn] as string)))
  const jobs = described
    .flatMap(job => (job && phaseOf(String(job.document.status)) === 'done' ? [{ ...job, type }] : []))
    .toSorted((one, other) => Number(one.document.creationDateTime) - Number(other.document.creationDateTime))
  const full = jobs.findLastIndex(({ document }) => document.importMode !== 'INCREMENTAL')
  const document = full < 0 ? dataset.document : { ...dataset.document, [IMPORT]: jobs[full]!.document }
  return [{ ...dataset, document }, ...jobs.slice(full + 1)]
}

/** Gives each resource a logical id: its name in Pascal case and its type, with a number where that is taken. */
function named(all: readonly Typed[]): readonly Exported[] {
  const taken = new Set<string>()
  return all.map(one => {
    const name = String(one.document[one.type.name] ?? '')
    const words = name.split(/[^A-Za-z0-9]+/).map(pascal)
    const base = `${words.join('')}${one.type.noun}`
    let id = base
    for (let number = 2; taken.has(id); number++) id = `${base}${number}`
    taken.add(id)
    return { ...one, id }
  })
}

async function resourceOf(call: CallByName, one: Exported, all: readonly Exported[]): Promise<[string, Tree]> {
  const { id, type, arn, document } = one
  const { members } = shapeOf('control', type.input)
  const tags = members!.tags ? (await tagsOf(call, arn)).filter(({ tagKey }) => !String(tagKey).startsWith('aws:')) : []
  const input = { ...document, tags, ...followed(one) }
  const properties = propertiesOf({ type, all }, type.input, input)
  const dataset = document[IMPORT] as Tree | undefined
  const DatasetImportJob =
    dataset && propertiesOf({ type: resourceTypes.DatasetImportJob!, all }, IMPORT_INPUT, dataset)
  const { DatasetArn: _, ...imported } = DatasetImportJob ?? {}
  const Properties = { ...properties, ...(DatasetImportJob && { DatasetImportJob: imported }) }
  const before = precededBy(one, all)
  return [id, { Type: typeName(type), ...(before && { DependsOn: before }), Properties }]
}

const IMPORT_INPUT = 'CreateDatasetImportJobRequest'

/** A campaign that follows the newest version names no certain one. */
function followed({ type, document }: Exported): Tree {
  if (type.noun !== 'Campaign') return {}
  if (!(document.campaignConfig as Tree | undefined)?.syncWithLatestSolutionVersion) return {}
  return { solutionVersionArn: String(document.solutionVersionArn).replace(/[^/]*$/, '$LATEST') }
}

/** A campaign that follows the newest version needs one; an incremental import comes after the one before. */
function precededBy(one: Exported, all: readonly Exported[]): string | undefined {
  const { type, document } = one
  if (followed(one).solutionVersionArn !== undefined) {
    const solutionArn = String(document.solutionVersionArn).replace(/\/[^/]*$/, '')
    return all.find(other => other.type.noun === 'SolutionVersion' && other.arn.startsWith(`${solutionArn}/`))?.id
  }
  if (type.noun !== 'DatasetImportJob') return undefined
  const before = all.slice(0, all.indexOf(one)).findLast(other => other.type === type)
  return before?.document.datasetArn === document.datasetArn ? before?.id : undefined
}

interface Written {
  readonly type: ResourceType
  /** Those that it may refer to. */
  readonly all: readonly Exported[]
}

/** Returns the members of a shape in Pascal case, without those that stand for nothing. */
function propertiesOf(written: Written, shapeName: string, value: Tree, path = ''): Tree {
  const members = Object.entries(shapeOf('control', shapeName).members!)
  const properties = members.flatMap(([member, { shape }]) => {
    const at = path === '' ? member : `${path}.${member}`
    const property = propertyOf(written, shape, value[member], at)
    return isEmpty(property) || property === defaultOf(written.type, at) ? [] : [[pascal(member), property] as const]
  })
  return Object.fromEntries(properties)
}

function propertyOf(written: Written, shapeName: string, value: unknown, path: string): unknown {
  if (value === undefined || value === null) return undefined
  const { type: kind, member } = shapeOf('control', shapeName)
  if (kind === 'structure') return propertiesOf(written, shapeName, value as Tree, path)
  if (kind === 'list')
    return (value as readonly unknown[]).map(part => propertyOf(written, member!, part, `${path}.member`))
  if (path === 'datasetType') return datasetType(String(value))
  return typeof value === 'string' ? reference(value, written.all) : isTree(value) ? { ...value } : value
}

/** CloudFormation writes Interactions where Describe returns INTERACTIONS. */
function datasetType(type: string): string {
  return type
    .split('_')
    .map(word => pascal(word.toLowerCase()))
    .join('_')
}

function reference(text: string, all: readonly Exported[]): unknown {
  const latest = '/$LATEST'
  const arn = text.endsWith(latest) ? text.slice(0, -latest.length) : text
  const id = arn.startsWith('arn:') ? all.find(other => sameArn(other.arn, arn))?.id : undefined
  if (id === undefined) return text
  return arn === text ? { Ref: id } : { 'Fn::Sub': `\${${id}}${latest}` }
}
