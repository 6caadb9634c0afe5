import type { TeamJob } from '../../src/engine/team/part.ts'

/** Jobs for tests, in a file of their own: helper threads import it, and must not import tests. */
export const CHUNKS = 40

/** Some milliseconds of work, so that a helper has its share. */
function busy(seed: number): number {
  let sum = seed
  for (let step = 0; step < 3e4; step++) sum = (sum * 1.000001 + 1) % 1000
  return sum
}

export const squares: TeamJob<{ readonly who: Int32Array }, { readonly square: Float64Array }> = {
  module: import.meta.url,
  name: 'squares',
  begin:
    ({ who }, member) =>
    (_phase, chunk) => {
      busy(chunk)
      who[chunk] = member
      return { square: Float64Array.of(chunk ** 2) }
    },
}

/** Each phase sums up the results of the phase before, including its neighbours'. */
export const sums: TeamJob<{ readonly numbers: Float64Array }, undefined> = {
  module: import.meta.url,
  name: 'sums',
  begin:
    ({ numbers }) =>
    (phase, chunk) => {
      const [from, to] = [(phase % 2) * CHUNKS, ((phase + 1) % 2) * CHUNKS]
      numbers[to + chunk] = busy(numbers[from + chunk]! + numbers[from + ((chunk + 1) % CHUNKS)]!)
      return undefined
    },
}

export const failing: TeamJob<object, number> = {
  module: import.meta.url,
  name: 'failing',
  begin: () => (_phase, chunk) => {
    busy(chunk)
    if (chunk === CHUNKS - 1) throw new RangeError('no')
    return chunk
  },
}

/** Never ends; each chunk counts as long as its thread lives. */
export const endless: TeamJob<{ readonly counts: Int32Array }, undefined> = {
  module: import.meta.url,
  name: 'endless',
  begin:
    ({ counts }) =>
    (_phase, chunk) => {
      for (;;) Atomics.add(counts, chunk, 1)
    },
}
