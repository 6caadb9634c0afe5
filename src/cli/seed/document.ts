import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { check } from './check.ts'
import { readDatasets } from './datasets.ts'
import type { Seed } from './declared.ts'
import { readFilters, readPins, readRecommenders, readSolutions } from './parts.ts'
import { type Given, membersOf, placeOf, readYaml, required, textOf } from './yaml.ts'

const MEMBERS = ['datasetGroup', 'domain', 'datasets', 'solutions', 'recommenders', 'filters', 'pins']

/**
 * Reads a seed, YAML or JSON, and the files that it names, whose paths are relative to it.
 * @throws Error that names the file, the line and the member that is wrong, and the right value
 */
export async function readSeed(path: string): Promise<Seed> {
  const text = await readFile(path, 'utf8').catch(({ code }) => {
    throw new Error(`${path} cannot be read (${code})`)
  })
  const top = readYaml(path, text)
  const members = membersOf(top, MEMBERS)
  const group = readGroup(top, members)
  const parts = {
    group,
    datasets: await readDatasets(members.get('datasets'), { path, group }),
    solutions: readSolutions(members.get('solutions')),
    recommenders: readRecommenders(members.get('recommenders')),
    filters: readFilters(members.get('filters')),
  }
  return { path, ...parts, pins: readPins(members.get('pins'), parts), hash: hashOf(parts) }
}

function readGroup(top: Given, members: ReadonlyMap<string, Given>): Seed['group'] {
  const given = required(top, members, 'datasetGroup')
  const domain = members.get('domain')
  const input = { name: textOf(given), ...(domain && { domain: textOf(domain) as 'ECOMMERCE' }) }
  check('CreateDatasetGroup', domain ?? given, input)
  return { place: placeOf(given), input }
}

/** Another hash where another server is made: so of no places, comments or order of datasets. */
function hashOf({ group, datasets, ...named }: Omit<Seed, 'path' | 'pins' | 'hash'>): string {
  const digest = (content: string | Buffer) => createHash('sha256').update(content).digest('hex')
  const rows = datasets.map(({ type, input, csv }) => [type, input.schema, csv && digest(csv.content)])
  const withoutPlaces = (name: string, value: unknown) => (name === 'place' ? undefined : value)
  return digest(JSON.stringify([group, rows, named], withoutPlaces))
}
