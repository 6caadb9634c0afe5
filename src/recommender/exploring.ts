import type { Values } from '../recipes/check-hyper-parameters.ts'
import type { ItemFilter } from './filtering.ts'
import type { Ranked } from './ranker.ts'
import type { Setting } from './recommend.ts'

export function explore(
  wanted: Iterable<Ranked>,
  _scene: Setting,
  _filter: ItemFilter,
  _values: Values,
): Iterable<Ranked> {
  return wanted
}
