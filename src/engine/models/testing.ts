import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArtifact, type State, saveArtifact } from '../artifact.ts'

/** The state as it comes back from a file. */
export function reloaded<T extends State>(state: T): T {
  const folder = mkdtempSync(join(tmpdir(), 'personalite-'))
  try {
    saveArtifact(join(folder, 'model.safetensors'), state)
    return parseArtifact(new Uint8Array(readFileSync(join(folder, 'model.safetensors')))) as T
  } finally {
    rmSync(folder, { recursive: true })
  }
}
