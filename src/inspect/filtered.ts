import { tryFilter } from '../operations/recommendations/try-filter.ts'
import type { Route } from './route.ts'

/** Shows recommendations before and after a filter, which need not have been created. */
export const filtered: Route = async (services, parameters) => {
  const { target, subject, before, after } = await tryFilter(services, {
    campaignArn: parameters.optional('campaignArn'),
    recommenderArn: parameters.optional('recommenderArn'),
    userId: parameters.optional('userId'),
    itemId: parameters.optional('itemId'),
    context: parameters.texts('context'),
    filterExpression: parameters.required('filterExpression'),
    filterValues: parameters.texts('filterValues'),
    numResults: parameters.limit({ most: 500 }),
  })
  const idName = subject === 'ActionID' ? 'actionId' : 'itemId'
  const show = ({ ids, scores }: typeof before) => ids.slice().map((id, at) => ({ [idName]: id, score: scores?.[at] }))
  return { arn: target.arn, before: show(before), after: show(after) }
}
