import type { Clock } from '../clock.ts'
import { timeOf } from '../config/time.ts'
import { InvalidInputException } from '../contract/errors.ts'
import { Members } from './members.ts'
import type { Route, Routes } from './route.ts'

/** A client counts seconds in 32 bits here and there; it is 68 years. */
const ADVANCE_MAX = 2 ** 31

/**
 * Stops the clock at a time, or this many seconds after its present time. Before the answer, trainings due by then are
 * done, and events that are too old by then are deleted.
 */
const setClock: Route = async ({ store, retention, trainDue }, _parameters, body) => {
  const members = new Members(body, ['time', 'advanceSeconds'])
  const [text, seconds] = [members.text('time'), members.number('advanceSeconds', 0, ADVANCE_MAX, false)]
  if ((text === undefined) === (seconds === undefined))
    throw new InvalidInputException('The body must have either time, such as 2026-01-01T00:00:00Z, or advanceSeconds')
  const time = text === undefined ? store.clock.now() + 1000 * seconds! : timeOf(text)
  if (time === undefined)
    throw new InvalidInputException(`time must be a time such as 2026-01-01T00:00:00Z, got ${text!.slice(0, 40)}`)
  store.clock.stopAt(time)
  await retention.sweep()
  await trainDue()
  return show(store.clock)
}

const getClock: Route = async ({ store }) => show(store.clock)

/** Lets the clock go with the machine again. */
const releaseClock: Route = async ({ store }) => {
  store.clock.release()
  return show(store.clock)
}

/** The routes of `/inspect/clock`. */
export const clock: Routes = { GET: getClock, POST: setClock, DELETE: releaseClock }

const show = (clock: Clock) => ({
  time: new Date(clock.now()).toISOString(),
  stopped: clock.stoppedAt !== undefined,
})
