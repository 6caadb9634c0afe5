import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { allOperations, shapeOf } from '../contract/registry.ts'
import type { Service } from '../contract/shapes.ts'
import { arnsIn } from './dataset-groups.ts'

/** An input with an ARN in each member that is named so, at any depth, and those ARNs. */
function inputOf(service: Service, shape: string, arns: string[], depth = 0): unknown {
  const { members, member } = shapeOf(service, shape)
  if (depth > 6) return undefined
  if (member) return [inputOf(service, member, arns, depth + 1)]
  if (!members) return 'x'
  return Object.fromEntries(
    Object.entries(members).map(([name, { shape: inner }]) => {
      if (!name.endsWith('Arn')) return [name, inputOf(service, inner, arns, depth + 1)]
      // Roles and keys of encryption are of other services
      if (name === 'roleArn' || name === 'kmsKeyArn') return [name, `arn:aws:iam:::${name}`]
      arns.push(`arn:aws:personalize:::${name}/${depth}`)
      return [name, arns.at(-1)]
    }),
  )
}

describe('the ARNs that a request names', () => {
  it('are all those of this service in the input of each operation', () => {
    for (const { name, service, input } of allOperations) {
      const arns: string[] = []
      const given = inputOf(service, input, arns) as object
      assert.deepEqual([...arnsIn(given)].sort(), arns.sort(), name)
    }
  })

  it('are those of a body too, beside those of the query', () => {
    const [one, other] = ['arn:aws:personalize:::campaign/a', 'arn:aws:personalize:::campaign/b']
    assert.deepEqual(arnsIn({ campaignArn: one, body: { campaignArn: other } }), [one, other])
  })
})
