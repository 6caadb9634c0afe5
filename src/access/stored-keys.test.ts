import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { openTestServices } from '#test/services.ts'
import { openOrigins } from '../wire/aws/origin.ts'
import { openGuards } from './guards.ts'
import { type KeyChange, openManagedKeys } from './manage-keys.ts'
import { keyArn, openStoredKeys, ROLE, roleArn } from './stored-keys.ts'
import { openVault } from './vault.ts'

const LIST_SCHEMAS = {
  action: 'personalize:ListSchemas',
  input: {},
  head: { method: 'GET', url: '/', headers: {} },
  region: 'us-east-1',
}

/** Signs a request with a key, changes the key, and only then asks whether the request may be answered. */
async function changedMeanwhile(change: KeyChange): Promise<void> {
  await using services = await openTestServices()
  const { store, log, dataDir } = services
  const vault = openVault(join(dataDir, 'secret.key'))
  const options = { store, vault, accountId: '000000000000', log }
  const keys = await openStoredKeys({ ...options, guards: openGuards(services, openOrigins([])) })
  const managed = openManagedKeys({ ...options, keys, reserved: new Set() })
  const { accessKeyId } = await managed.create({ name: 'page', policy: 'admin' })
  const { guard } = keys.get(accessKeyId)!.secret
  await guard!(LIST_SCHEMAS)
  await managed.change(accessKeyId, change)
  await guard!(LIST_SCHEMAS)
}

describe('a request whose key changes while it is on its way', () => {
  it('is answered by the new policy', async () => {
    await changedMeanwhile({ policy: 'read-only' })
    await assert.rejects(changedMeanwhile({ policy: 'runtime-only' }), { name: 'AccessDeniedException' })
  })

  it('is answered until the key expires, is disabled or has another secret', async () => {
    await changedMeanwhile({ expiresAt: Date.now() + 3_600_000 })
    const changes: readonly KeyChange[] = [{ expiresAt: Date.now() - 1 }, { status: 'DISABLED' }, { rotate: true }]
    for (const change of changes)
      await assert.rejects(changedMeanwhile(change), { name: 'UnrecognizedClientException' }, JSON.stringify(change))
  })
})

describe('a key or a role whose policy a newer version wrote', () => {
  it('is not accepted, while all others are', async () => {
    await using services = await openTestServices()
    const { store, dataDir } = services
    const warned: unknown[] = []
    const log = { ...services.log, warn: (_: unknown, text?: unknown) => void warned.push(text) }
    const vault = openVault(join(dataDir, 'secret.key'))
    const options = { store, vault, accountId: '000000000000', log }
    const guards = openGuards(services, openOrigins([]))
    const keys = await openStoredKeys({ ...options, guards })
    const managed = openManagedKeys({ ...options, keys, reserved: new Set() })
    const older = await managed.create({ name: 'older', policy: 'admin' })
    const newer = await managed.create({ name: 'newer', policy: 'admin' })
    const [action, resource] = ['personalize:ListSchemas', '*']
    const policy = {
      Statement: [{ Effect: 'Allow', Action: action, Resource: resource, Condition: { Newer: { a: 'b' } } }],
    }
    await store.resources.update(keyArn('000000000000', newer.accessKeyId), { document: { policy } })
    const document = { name: 'reader', roleId: 'AROA1', policy, trust: ['older'] }
    await store.resources.create({ kind: ROLE, arn: roleArn('000000000000', 'reader'), status: 'ACTIVE', document })
    for (const known of [keys, await openStoredKeys({ ...options, guards })]) {
      await known.refresh()
      assert.ok(known.get(older.accessKeyId))
      assert.equal(known.get(newer.accessKeyId), undefined)
      assert.equal(known.role('reader'), undefined)
    }
    assert.ok(warned.includes('an access key is not accepted') && warned.includes('a role is not accepted'))
  })
})
