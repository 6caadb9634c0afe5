import { InvalidInputException } from '../contract/errors.ts'
import { type GivenPin, pin } from '../operations/recommendations/pin.ts'
import { memberOf, type Pin, type PinQuery } from '../operations/recommendations/pins.ts'
import { Members } from './members.ts'
import type { QueryParameters } from './parameters.ts'
import type { Route, Routes } from './route.ts'

const PLACE = ['campaignArn', 'recommenderArn', 'userId', 'itemId']
const MEMBERS = [...PLACE, 'items', 'actions']

/** Pins the answer of a campaign or recommender to a user, for an item, or to everybody. */
const putPin: Route = async (services, _parameters, body) => {
  const members = new Members(body, MEMBERS)
  await pin(services, {
    campaignArn: members.text('campaignArn'),
    recommenderArn: members.text('recommenderArn'),
    userId: members.text('userId'),
    itemId: members.text('itemId'),
    items: members.texts('items'),
    actions: members.texts('actions'),
  })
  return {}
}

/** Shows the pinned answers, of all or as the query says. */
const getPins: Route = async ({ pins }, parameters) => ({ pins: pins.find(queryOf(parameters)).map(show) })

/** Removes pinned answers, all or as the query says, and says how many. */
const deletePins: Route = async ({ pins }, parameters) => ({ removed: pins.remove(queryOf(parameters)) })

/** The routes of `/inspect/pins`. */
export const pins: Routes = { GET: getPins, PUT: putPin, DELETE: deletePins }

function queryOf(parameters: QueryParameters): PinQuery {
  parameters.assertNoneBut(PLACE)
  const [campaignArn, recommenderArn] = [parameters.optional('campaignArn'), parameters.optional('recommenderArn')]
  if (campaignArn && recommenderArn)
    throw new InvalidInputException('campaignArn and recommenderArn are both given: only one of them can be')
  const arn = campaignArn ?? recommenderArn
  return { arn, userId: parameters.optional('userId'), itemId: parameters.optional('itemId') }
}

/** A pin as `GET /inspect/pins` shows it: as it was put. */
export type ShownPin = GivenPin

function show({ arn, userId, itemId, list, ids }: Pin): ShownPin {
  return { [memberOf(arn)]: arn, userId, itemId, [list]: ids }
}
