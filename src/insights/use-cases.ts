import { recipes } from '../recipes/recipes.ts'
import { INTERACTIONS_MIN } from '../recommender/training/minimums.ts'
import type { DatasetReport } from './report.ts'
import type { Finding } from './rule.ts'
import { listed, number, quoted } from './words.ts'

/**
 * Finds the use cases of a domain whose training fails for want of events of their type: `watch` is not `Watch`
 * (VIDEO_ON_DEMAND-use-cases.md, ECOMMERCE-use-cases.md).
 */
export function eventsOfUseCases({ domain, rows, columns }: DatasetReport): Finding | undefined {
  if (!domain || rows === 0) return undefined
  const top = columns.find(({ name }) => name === 'EVENT_TYPE')?.top ?? []
  const ofDomain = recipes.filter(recipe => recipe.domain === domain && recipe.events?.required !== undefined)
  const few = [...Map.groupBy(ofDomain, ({ events }) => events!.required!)].flatMap(([type, useCases]) => {
    const count = top.find(({ value }) => value === type)?.count
    if (count !== undefined && count >= INTERACTIONS_MIN) return []
    const has = count === undefined ? 'hardly any' : number(count)
    return [`${has} of ${quoted(type)}, for ${listed(useCases.map(({ name }) => name))}`]
  })
  if (few.length === 0) return undefined
  const finding = `Use cases need ${number(INTERACTIONS_MIN)} events of their type; there are ${few.join('; ')}.`
  return { level: 'warning', finding }
}
