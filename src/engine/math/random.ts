/** Numbers in [0, 1), the same ones for the same seed: mulberry32 (Tommy Ettinger), 2³² of them before it repeats. */
export function createRandom(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** `count` of the numbers below n, all different, in rising order. All of them where there are no more. */
export function sample(n: number, count: number, seed: number): Int32Array {
  const random = createRandom(seed)
  const all = Int32Array.from({ length: n }, (_, i) => i)
  const taken = Math.min(n, count)
  for (let i = 0; i < taken; i++) {
    const other = i + Math.floor(random() * (n - i))
    const moved = all[i]!
    all[i] = all[other]!
    all[other] = moved
  }
  return all.slice(0, taken).sort()
}

/** Brings numbers into a random order, in their place: Fisher and Yates. */
export function shuffle(numbers: Int32Array, seed: number): Int32Array {
  const random = createRandom(seed)
  for (let i = numbers.length - 1; i > 0; i--) {
    const other = Math.floor(random() * (i + 1))
    const moved = numbers[i]!
    numbers[i] = numbers[other]!
    numbers[other] = moved
  }
  return numbers
}
