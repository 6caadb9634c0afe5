import { openInspection } from './client.ts'
import { type KeyOptions, readPolicyOption } from './keys.ts'
import { printJson, printTable } from './print.ts'

const PATH = '/inspect/roles'

/** A role as `GET /inspect/roles` returns it. */
interface ShownRole {
  readonly name: string
  readonly arn: string
  readonly trust: readonly string[]
}

/** Prints the roles of the store. */
export async function listRoles({ endpoint, json }: KeyOptions): Promise<void> {
  const answer = await openInspection(endpoint)<{ roles: readonly ShownRole[] }>('GET', PATH)
  if (json) return printJson(answer)
  const rows = answer.roles.map(({ name, arn, trust }) => ({ name, arn, trust: trust.join(' ') }))
  printTable(['name', 'arn', 'trust'], rows, { isWhole: true })
}

/** Makes a role, and prints its ARN. */
export async function createRole(
  name: string,
  { endpoint, json, policy, datasetGroup, trust }: KeyOptions & { readonly trust: readonly string[] },
): Promise<void> {
  const body = { name, policy: readPolicyOption(policy!), datasetGroup, trust }
  const role = await openInspection(endpoint)<ShownRole>('POST', PATH, { body })
  if (json) printJson(role)
  else console.log(role.arn)
}

/** Deletes a role. Its sessions end. */
export async function deleteRole(name: string, { endpoint }: KeyOptions): Promise<void> {
  await openInspection(endpoint)('DELETE', PATH, { query: { name } })
}
