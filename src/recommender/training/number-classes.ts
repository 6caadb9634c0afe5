/**
 * Returns where a new class of numbers begins, so that each class has about as many numbers. At most `classes`
 * different numbers are a class each, which ends half way to the next number.
 */
export function edgesOf(numbers: ArrayLike<number>, classes: number): number[] {
  const sorted = Float64Array.from(numbers).sort()
  const different = sorted.filter((number, at) => number !== sorted[at - 1])
  if (different.length <= classes) return betweenAll(different)
  const edges = Array.from({ length: classes - 1 }, (_, k) => sorted[Math.floor(((k + 1) * sorted.length) / classes)]!)
  return [...new Set(edges)].filter(edge => edge > sorted[0]!)
}

/** Half way between neighbours. Of whole numbers the next whole one: an hour is `19 to 20`, not `18.5 to 19.5`. */
function betweenAll(different: Float64Array): number[] {
  const areWhole = different.every(Number.isInteger)
  return Array.from(different.subarray(1), (number, at) => {
    const half = different[at]! / 2 + number / 2
    return areWhole ? Math.ceil(half) : half
  })
}

/** Returns the class of a number: class k is from edges[k − 1] up to, without it, edges[k]. */
export function classOf(edges: readonly number[], number: number): number {
  const at = edges.findIndex(edge => number < edge)
  return at < 0 ? edges.length : at
}

/** The name of a class, such as `18 to 25`. */
export function classNameOf(edges: readonly number[], at: number): string {
  if (edges.length === 0) return 'any number'
  if (at === 0) return `below ${edges[0]}`
  return at === edges.length ? `${edges[at - 1]} or more` : `${edges[at - 1]} to ${edges[at]}`
}
