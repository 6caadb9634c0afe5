import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { skipUnless } from '../clients/clients.ts'
import { run } from './installed.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The files that other programs read, and the command that holds them against the schemas of these. */
const checks: Readonly<Record<string, readonly [command: string, ...args: string[]]>> = {
  'deploy/kubernetes/*.yaml': ['kubernetes-validate', '--strict'],
  '{compose.yaml,examples/*/compose.yaml}': ['check-jsonschema', '--builtin-schema', 'vendor.compose-spec'],
  '.github/workflows/*.yml': ['check-jsonschema', '--builtin-schema', 'vendor.github-workflows'],
}

for (const [pattern, [command, ...args]] of Object.entries(checks))
  describe(pattern, { skip: skipUnless(command, command, ['--help']) }, () => {
    it('keeps to its schema', async () => {
      // No schema is published for a kustomization.
      const files = globSync(pattern, { cwd: root }).filter(file => !file.endsWith('kustomization.yaml'))
      assert.ok(files.length > 0)
      await run(root, command, [...args, ...files])
    })
  })

const hasKubectl = spawnSync('kubectl', ['version', '--client']).status === 0

describe('deploy/kubernetes/kustomization.yaml', { skip: !hasKubectl && 'kubectl is not there' }, () => {
  it('brings the objects of all files together', async () => {
    const built = await run(root, 'kubectl', ['kustomize', 'deploy/kubernetes'])
    const kinds = [...built.matchAll(/^kind: (.*)$/gm)].map(([, kind]) => kind)
    const EXPECTED = [
      'ConfigMap',
      'Deployment',
      'Deployment',
      'PersistentVolumeClaim',
      'PodDisruptionBudget',
      'Service',
    ]
    assert.deepEqual(kinds.sort(), EXPECTED)
  })
})
