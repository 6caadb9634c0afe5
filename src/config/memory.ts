import { totalmem } from 'node:os'
import type { Config } from './config.ts'

/**
 * The bytes that a training may hold. Where they are not set, all trainings that run at once may hold half of the
 * machine's memory together, or of the container's. The other half is for models that answer and pages of the store.
 */
export function trainingMemory({ trainingMemory, workers }: Pick<Config, 'trainingMemory' | 'workers'>): number {
  return trainingMemory ?? Math.floor(machineMemory() / 2 / Math.max(1, workers))
}

function machineMemory(): number {
  const contained = process.constrainedMemory()
  return contained > 0 ? Math.min(contained, totalmem()) : totalmem()
}
