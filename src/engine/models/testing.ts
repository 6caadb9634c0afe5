import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadArtifact, type State, saveArtifact } from '../artifact.ts'

/** The state as it comes back from a file. */
export function reloaded<T extends State>(state: T): T {
  const folder = mkdtempSync(join(tmpdir(), 'personalite-'))
  try {
    saveArtifact(join(folder, 'model.safetensors'), state)
    return loadArtifact(join(folder, 'model.safetensors')) as T
  } finally {
    rmSync(folder, { recursive: true })
  }
}
