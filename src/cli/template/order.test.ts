import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { declarationOf, NOTHING } from './declaration.ts'
import { evaluate } from './functions.ts'
import { orderOf } from './order.ts'
import { isPending } from './pending.ts'
import { inputOf } from './properties.ts'
import { readTemplate } from './read.ts'

const TARGET = { region: 'cn-north-1', accountId: '123456789012', stackName: 'shop' }
const declare = (text: string, given = {}) => declarationOf(readTemplate(text), given, TARGET)

const SHOP = `
Conditions:
  Never: !Equals [a, b]
Resources:
  Campaign: { Type: AWS::Personalize::Campaign, Properties: { Name: c, SolutionVersionArn: !Sub "\${Solution}/$LATEST" } }
  Solution: { Type: AWS::Personalize::Solution, Properties: { Name: s, DatasetGroupArn: !Ref Group } }
  Dataset: { Type: AWS::Personalize::Dataset, Properties: { Name: d, DatasetGroupArn: !Ref Group } }
  Other: { Type: AWS::Personalize::Filter, Properties: { Name: f, DatasetGroupArn: !Ref OtherGroup } }
  OtherGroup: { Type: AWS::Personalize::DatasetGroup, Properties: { Name: o } }
  Group: { Type: AWS::Personalize::DatasetGroup, Properties: { Name: !Sub "\${AWS::Partition}-\${AWS::AccountId}" } }
  Gone: { Type: AWS::Personalize::Filter, Condition: Never }
  Bucket: { Type: AWS::S3::Bucket }
Outputs:
  Name: { Value: !Ref Group }
  Bucket: { Value: !Ref Bucket }
  Gone: { Condition: Never, Value: !Ref Gone }
`

describe('what a template declares', () => {
  it('is its resources of this service whose condition holds, and the others to leave alone', () => {
    const { resources, others, outputs } = declare(SHOP)
    assert.equal(resources.length, 6)
    assert.deepEqual(others, [{ id: 'Bucket', type: 'AWS::S3::Bucket' }])
    assert.deepEqual(outputs({ ...NOTHING, arn: id => `arn of ${id}` }), { Name: 'arn of Group' })
    assert.ok(isPending(NOTHING.arn('Group')))
  })

  it('is what the parameters say of other services', () => {
    const text = `Resources:
  Role: { Type: AWS::IAM::Role }
  Job: { Type: AWS::Personalize::DataDeletionJob, Properties: { RoleArn: !GetAtt Role.Arn } }`
    assert.equal(declare(text, { 'Role.Arn': 'arn:aws:iam::1:role/r' }).resources.length, 1)
    const message = /^Job\.Properties\.RoleArn\.Fn::GetAtt: Role is an AWS::IAM::Role, .*--parameters Role\.Arn=VALUE$/
    assert.throws(() => declare(text), { message })
  })

  for (const [resource, message] of [
    ['{ Type: AWS::Personalize::Filter, Properties: { A: !Ref B } }', /^R\..*there is no parameter or resource B$/],
    ['{ Type: AWS::Personalize::Filter, Properties: { A: !GetAtt R.B } }', /R has no attribute B; there are Name, /],
    ['{ Type: AWS::Personalize::Filter, DependsOn: B }', /^R\.DependsOn: there is no resource B$/],
    ['{ Type: AWS::Personalize::Filter, Condition: B }', /^R\.Condition: there is no condition B$/],
    ['{ Type: AWS::Personalize::Filter, DeletionPolicy: Snapshot }', /^R\.DeletionPolicy must be Delete or Retain/],
    ['{ Type: AWS::Personalize::Model }', /^AWS::Personalize::Model is not a type.* \(R\.Type\)$/],
  ] as const)
    it(`names the fault of ${resource}`, () =>
      assert.throws(() => declare(`Resources: { R: ${resource} }`), { message }))

  it('has the faults of outputs and of conditions before anything is done', () => {
    const resources = 'Resources: { R: { Type: AWS::Personalize::Filter } }'
    for (const [text, message] of [
      ['Outputs: { O: { Value: !GetAtt R.B }, P: { Value: !Ref Q } }', /2 faults:\n.*Outputs\.O.*\n.*Outputs\.P/],
      ['Outputs: { O: { Condition: No, Value: a } }', /^Outputs\.O: there is no condition No$/],
      ['Conditions: { C: !Equals [a, !Ref B] }', /^Conditions\.C\..*there is no parameter or resource B$/],
      ['Conditions: { C: !Not [!Condition D], D: !Not [!Condition C] }', /refers to itself$/],
    ] as const)
      assert.throws(() => declare(`${resources}\n${text}`), { message })
  })

  it('takes an attribute that the template declares from there, and knows no other before it is there', () => {
    const text = `Parameters: { Stage: { Type: String, Default: dev } }
Resources:
  Group: { Type: AWS::Personalize::DatasetGroup, Properties: { Name: !Sub "shop-\${Stage}" } }
  Tracker:
    Type: AWS::Personalize::EventTracker
    Properties: { Name: !Sub "\${Group.Name}-web", DatasetGroupArn: !GetAtt Group.DatasetGroupArn }
  Campaign:
    Type: AWS::Personalize::Campaign
    Properties: { Name: !Select [1, !Split [/, !Ref Group]], MinProvisionedTPS: !GetAtt Group.Status }
Outputs:
  Account: { Value: !Select [4, !Split [":", !Ref Group]] }
  Third: { Value: !Select [2, !Split [/, !Ref Group]] }`
    const { resources, scope, outputs } = declare(text)
    const inputs = Object.fromEntries(
      resources.map(({ id, type, properties }) => {
        const faults: string[] = []
        return [id, inputOf(type, evaluate(properties, scope(NOTHING), id), id, faults)] as const
      }),
    )
    assert.equal(inputs.Tracker!.name, 'shop-dev-web')
    assert.ok(isPending(inputs.Tracker!.datasetGroupArn))
    assert.ok(isPending(inputs.Campaign!.name) && isPending(inputs.Campaign!.minProvisionedTPS))
    assert.deepEqual(resources.find(({ id }) => id === 'Tracker')!.refers, ['Group'])
    assert.deepEqual(outputs(NOTHING), {})
    const arn = 'arn:aws:personalize:us-east-1:123456789012:dataset-group/shop'
    assert.throws(() => outputs({ ...NOTHING, arn: () => arn }), /Outputs\.Third.*the index must be from 0 to 1/)
  })
})

describe('the order of resources', () => {
  it('is that of references; what is trained or filtered follows the datasets of its group', () => {
    const { sorted, after } = orderOf(declare(SHOP).resources)
    const at = (id: string) => sorted.findIndex(resource => resource.id === id)
    for (const [before, later] of [
      ['Group', 'Dataset'],
      ['Dataset', 'Solution'],
      ['Solution', 'Campaign'],
    ] as const)
      assert.ok(at(before) < at(later), `${before} before ${later}`)
    assert.ok(!after.get('Other')!.has('Dataset'), 'of another group')
  })

  it('names a resource that refers to itself', () => {
    const message = 'the resources A → A refer to one another in a circle'
    for (const more of ['DependsOn: A', 'Properties: { Name: !Ref A }', `Properties: { Name: !Sub "\${A.Name}" }`])
      assert.throws(() => orderOf(declare(`Resources: { A: { Type: AWS::Personalize::Filter, ${more} } }`).resources), {
        message,
      })
  })

  it('passes over DependsOn of a resource whose condition does not hold', () => {
    const text = `Conditions: { No: !Equals [a, b] }
Resources:
  A: { Type: AWS::Personalize::Filter, DependsOn: [B] }
  B: { Type: AWS::Personalize::Filter, Condition: No }`
    assert.deepEqual(
      orderOf(declare(text).resources).sorted.map(({ id }) => id),
      ['A'],
    )
  })

  it('names a circle', () => {
    const text = `Resources:
  A: { Type: AWS::Personalize::Filter, Properties: { Name: !Ref B } }
  B: { Type: AWS::Personalize::Filter, DependsOn: A }`
    const message = 'the resources A → B → A refer to one another in a circle'
    assert.throws(() => orderOf(declare(text).resources), { message })
  })
})
