import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import { temporaryDirectory } from '#test/directory.ts'
import { startTestServer, type TestServer } from '#test/server.ts'
import { openTestStore } from '#test/store.ts'
import { shapes } from '../../src/contract/generated/model.ts'
import { allOperations, operationModel, shapeOf } from '../../src/contract/registry.ts'
import type { OperationName, Service, Shape } from '../../src/contract/shapes.ts'
import { KIND_NAMES } from '../../src/operations/shared/resources.ts'
import { assertConforms } from './conforms.ts'
import { callsTo, type Fixture, openFixture, structuresIn } from './fixture.ts'
import { inputs } from './inputs.ts'

/** A value that is in no model. */
const UNKNOWN = 'a value that no model has'
const names = allOperations.map(({ name }) => name)

const FAULTS = ['malformed', 'missing', 'of another kind'] as const
type Fault = (typeof FAULTS)[number]

/** The paths of the members that name a resource, including a dataset's tracking id. */
function referencesIn(name: OperationName): readonly (readonly string[])[] {
  const { service, input } = operationModel(name)
  return membersOf(service, input).filter(path => /(Arn|trackingId)$/.test(path.at(-1)!) && !NOT_HERE.has(path.at(-1)!))
}

/** Resources of other services, which are stored unchecked. */
const NOT_HERE: ReadonlySet<string> = new Set(['roleArn', 'kmsKeyArn'])

function membersOf(service: Service, shapeName: string): readonly (readonly string[])[] {
  const { type, members = {}, member } = shapeOf(service, shapeName)
  if (type === 'list') return membersOf(service, member!).map(path => ['0', ...path])
  if (type !== 'structure') return [[]]
  return Object.entries(members).flatMap(([key, { shape }]) => membersOf(service, shape).map(path => [key, ...path]))
}

/** The error code for a faulty reference; undefined if it is accepted. */
function expectedOf(name: OperationName, member: string, fault: Fault): string | undefined {
  if (fault === 'malformed' && member !== 'trackingId') return 'InvalidInputException'
  if (`${name}.${member}` in OTHERS) return OTHERS[`${name}.${member}`]
  if (fault === 'of another kind' && member === 'resourceArn') return undefined
  const { errors } = operationModel(name)
  if (!name.startsWith('List') || 'ResourceNotFoundException' in errors) return 'ResourceNotFoundException'
  // These operations return an empty list for a resource that is missing: their models have no error for it.
  return fault === 'of another kind' ? 'InvalidInputException' : undefined
}

/** Errors other than a ResourceNotFoundException. */
const OTHERS: Readonly<Record<string, string>> = {
  'GetActionRecommendations.campaignArn': 'InvalidInputException',
  'GetActionRecommendations.filterArn': 'InvalidInputException',
  'GetPersonalizedRanking.campaignArn': 'InvalidInputException',
  'GetPersonalizedRanking.filterArn': 'InvalidInputException',
  'GetRecommendations.campaignArn': 'InvalidInputException',
  'GetRecommendations.filterArn': 'InvalidInputException',
  // Only one of this and campaignArn is allowed.
  'GetRecommendations.recommenderArn': 'InvalidInputException',
  'ListMetricAttributionMetrics.metricAttributionArn': 'InvalidInputException',
  'PutEvents.trackingId': 'InvalidInputException',
}

describe('every operation', () => {
  let server: TestServer
  let fixture: Fixture
  let dataDir: string
  before(async () => {
    dataDir = await temporaryDirectory()
    server = await startTestServer({ dataDir, minimums: 'off' })
    fixture = await openFixture(server)
  })
  after(async () => {
    await stop()
    await rm(dataDir, { recursive: true })
  })
  let stopped: Promise<void> | undefined
  const stop = () => {
    stopped ??= Promise.resolve(server[Symbol.asyncDispose]())
    return stopped
  }

  describe('answers an error that its model declares', () => {
    for (const name of names)
      for (const path of referencesIn(name))
        it(`${name}: ${path.join('.')}`, async () => {
          const input = await inputs[name](fixture)
          for (const fault of FAULTS) {
            const reply = await fixture.send(name, withFault(input, path, fault))
            assertConforms(name, reply)
            const expected = expectedOf(name, path.at(-1)!, fault)
            assert.equal(reply.code, expected, `${fault}: ${reply.body}`)
          }
        })
  })

  it('refuses two tags with one key, if it accepts tags', async () => {
    const taggers = names.filter(
      name => 'tags' in (shapeOf(operationModel(name).service, operationModel(name).input).members ?? {}),
    )
    assert.ok(taggers.length > 10)
    for (const name of taggers) {
      const tag = { tagKey: 'team', tagValue: 'films' }
      const reply = await fixture.send(name, { ...(await inputs[name](fixture)), tags: [tag, tag] })
      assert.equal(reply.code, 'InvalidInputException', `${name}: ${reply.body}`)
      assert.match(reply.body, /tags\.2\.member\.tagKey is that of tags\.1\.member too/)
    }
  })

  it('stores and shows no member that its model does not have', async () => {
    for (const name of names) {
      const input = structuredClone(await inputs[name](fixture))
      for (const structure of structuresIn(name, input)) Object.assign(structure, { unknownToAll: { is: UNKNOWN } })
      const reply = await fixture.send(name, input)
      assert.equal(reply.status, 200, `${name}: ${reply.body}`)
      assertConforms(name, reply)
    }
    await stop()
    await using store = await openTestStore(dataDir)
    const kept = await store.resources.list({})
    assert.deepEqual([...new Set(kept.map(({ kind }) => kind))].sort(), Object.keys(KIND_NAMES).sort())
    for (const { arn, document } of kept) assert.ok(!JSON.stringify(document).includes(UNKNOWN), arn)
  })

  it('shows no unknown member that an older server stored', async () => {
    await stop()
    {
      await using store = await openTestStore(dataDir)
      for (const { arn, document } of await store.resources.list({}))
        await store.resources.update(arn, { document: withUnknown(document) as typeof document })
    }
    await using again = await startTestServer({ dataDir, minimums: 'off' })
    const { send } = callsTo(again)
    for (const name of names.filter(name => /^(Describe|List|GetSolution)/.test(name))) {
      const reply = await send(name, await inputs[name](fixture))
      assert.equal(reply.status, 200, `${name}: ${reply.body}`)
      assertConforms(name, reply)
      assert.ok(!reply.body.includes(UNKNOWN), reply.body)
    }
  })

  function withFault(input: unknown, path: readonly string[], fault: Fault): unknown {
    const { schema, group } = fixture.arns
    return changeAt(input, path, value => {
      if (fault === 'malformed') return 'nonsense'
      if (fault === 'missing') return String(value ?? group).replace(/[^/]*$/, 'nowhere')
      return path.at(-1) === 'schemaArn' ? group : schema
    })
  }
})

/** The members that are maps, whose contents have no model. */
const MAPS: ReadonlySet<string> = new Set(
  Object.values(shapes.control as Readonly<Record<string, Shape>>).flatMap(({ members = {} }) =>
    Object.keys(members).filter(key => shapeOf('control', members[key]!.shape).type === 'map'),
  ),
)
const isMap = (key: string, value: unknown) => MAPS.has(key) && !Array.isArray(value)

/** The value with one member more in every structure. */
function withUnknown(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withUnknown)
  if (typeof value !== 'object' || value === null) return value
  const parts = Object.entries(value).map(([key, part]) => [key, isMap(key, part) ? part : withUnknown(part)])
  return { ...Object.fromEntries(parts), unknownToAll: UNKNOWN }
}

/** The value with the part at the path changed; missing structures and lists on the way are made. */
function changeAt(value: unknown, [key, ...rest]: readonly string[], change: (part: unknown) => string): unknown {
  if (key === undefined) return change(value)
  if (key === '0') return [changeAt((value as unknown[] | undefined)?.[0], rest, change)]
  const structure = (value ?? {}) as Readonly<Record<string, unknown>>
  return { ...structure, [key]: changeAt(structure[key], rest, change) }
}
