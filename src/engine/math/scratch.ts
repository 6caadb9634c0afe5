import { createKernel, type Kernel } from './kernel.ts'
import { createMemory } from './memory.ts'

/** A kernel with this many bytes of memory, the thread's for one call at a time. */
export function scratch(bytes: number): Kernel {
  const memory = createMemory(bytes, kernel?.memory)
  kernel ??= createKernel(memory)
  return kernel
}

let kernel: Kernel | undefined
