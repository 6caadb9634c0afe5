import { missing, policyIn, required } from './keys.ts'
import { Members } from './members.ts'
import type { Route, Routes } from './route.ts'

/** Shows the roles of the store. */
const listRoles: Route = async ({ access }) => ({ roles: await access.roles.list() })

/** Makes a role. */
const createRole: Route = async ({ access }, _parameters, body) => {
  const members = new Members(body, ['name', 'policy', 'datasetGroup', 'trust'])
  return access.roles.create({
    name: required(members, 'name'),
    policy: policyIn(body) ?? missing('policy'),
    datasetGroup: members.text('datasetGroup'),
    trust: members.texts('trust') ?? missing('trust'),
  })
}

/** Deletes a role. */
const deleteRole: Route = async ({ access }, parameters) => {
  await access.roles.remove(parameters.required('name'))
  return {}
}

/** The routes of `/inspect/roles`. */
export const roles: Routes = { GET: listRoles, POST: createRole, DELETE: deleteRole }
