import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { parseSchema } from '../../datasets/schema.ts'
import { check, withPlace } from './check.ts'
import { DATASETS, type DatasetName, type Seed, type SeedDataset } from './declared.ts'
import { type Given, jsonOf, membersOf, mistake, placeOf, required, textOf } from './yaml.ts'

/** Reads the datasets of a seed, with the files of their schemas and rows. @throws Error that names the place */
export async function readDatasets(
  given: Given | undefined,
  { path, group }: Pick<Seed, 'path' | 'group'>,
): Promise<readonly SeedDataset[]> {
  const members = given ? membersOf(given, DATASETS) : new Map<string, Given>()
  const found: SeedDataset[] = []
  for (const type of DATASETS) {
    const dataset = members.get(type)
    if (dataset) found.push(await readDataset(type, dataset, { path, group }))
  }
  return found
}

async function readDataset(
  type: DatasetName,
  given: Given,
  { path, group }: Pick<Seed, 'path' | 'group'>,
): Promise<SeedDataset> {
  const members = membersOf(given, ['schema', 'csv'])
  const schemaGiven = required(given, members, 'schema')
  const declared = jsonOf(schemaGiven)
  // A schema is a file's text, byte for byte, or an object.
  const text = typeof declared === 'object' ? JSON.stringify(declared) : String(await readBeside(path, schemaGiven))
  const { name, domain } = group.input
  const input = { name: nameOf(name, type), schema: text, ...(domain && { domain }) }
  check('CreateSchema', schemaGiven, input)
  const schema = withPlace(schemaGiven, () => parseSchema(text, domain))
  if (schema.datasetType !== type.toUpperCase())
    throw mistake(schemaGiven, `must have the name ${type.replace('_', '')}, got that of ${schema.datasetType}`)
  const csv = members.get('csv')
  return {
    place: placeOf(given),
    type,
    input,
    schema,
    csv: csv && { name: textOf(csv), content: await readBeside(path, csv) },
  }
}

/** The name of a schema and of its dataset. The schemas of all dataset groups are in one place. */
const nameOf = (group: string, type: DatasetName) => `${group}-${type.toLowerCase().replace('_', '-')}`

/** Reads a file whose path is relative to the seed's. */
async function readBeside(path: string, given: Given): Promise<Buffer> {
  const name = textOf(given)
  return readFile(resolve(dirname(path), name)).catch(({ code }) => {
    throw mistake(given, `is ${name}, which cannot be read (${code})`)
  })
}
