import { InvalidInputException } from '../contract/errors.ts'
import { allOperations } from '../contract/registry.ts'
import type { OperationName } from '../contract/shapes.ts'
import { FAULT_NAMES, type Fault, type FaultName, type Faults } from '../operations/faults.ts'
import { Members } from './members.ts'
import type { Route, Routes, Sources } from './route.ts'

const FAULT = ['operation', 'error', 'latencyMs', 'rate', 'count']
const LATENCY_MAX_MS = 600_000
const COUNT_MAX = 1_000_000_000
const LISTED_MAX = 100

/** Orders faults, in place of all before. */
const putFaults: Route = async (sources, _parameters, body) => {
  const faults = faultsOf(sources)
  const given = new Members(body, ['faults']).list('faults', LISTED_MAX)
  faults.set(given.map((one, i) => readFault(one, `faults.${i + 1}`)))
  return show(faults)
}

const getFaults: Route = async sources => show(faultsOf(sources))

const deleteFaults: Route = async sources => {
  faultsOf(sources).set([])
  return show(faultsOf(sources))
}

/** The routes of `/inspect/faults`. */
export const faults: Routes = { GET: getFaults, PUT: putFaults, DELETE: deleteFaults }

function faultsOf({ faults }: Sources): Faults {
  if (faults) return faults
  throw new InvalidInputException('Faults are off: start the server with --faults')
}

function readFault(given: unknown, path: string): Fault {
  const members = new Members(given, FAULT, path)
  const error = members.oneOf('error', FAULT_NAMES) as FaultName | undefined
  const latencyMs = members.number('latencyMs', 0, LATENCY_MAX_MS) ?? 0
  if (error === undefined && latencyMs === 0)
    throw new InvalidInputException(`${path} must have an error, a latencyMs above 0, or both`)
  const operation = members.oneOf('operation', NAMES, AN_OPERATION) as OperationName | undefined
  const rate = members.number('rate', 0, 1, false) ?? 1
  return { operation, error, latencyMs, rate, count: members.number('count', 1, COUNT_MAX) ?? Infinity }
}

const AN_OPERATION = 'the name of an operation, such as GetRecommendations'
const NAMES = allOperations.map(({ name }) => name)

/** A fault without an end has no `count`, as JSON has no infinity. */
const show = (faults: Faults) => ({
  faults: faults.all().map(({ count, ...fault }) => ({ ...fault, ...(count !== Infinity && { count }) })),
})
