import { digestOf } from '../../store/digest.ts'
import type { Census, Window } from './census.ts'

/** Which events are trained on: those from a moment on, of a share of the users. */
export interface Choice {
  /** In milliseconds since 1970. */
  readonly from: number
  /** From 0 to 1. */
  readonly share: number
}

export const EVERYTHING: Choice = { from: Number.MIN_SAFE_INTEGER, share: 1 }

/** The room for a training's events and users. */
export interface Room {
  readonly events: number
  readonly users: number
  /** For events and users together. */
  readonly bytes: number
  readonly bytesAnEvent: number
  readonly bytesAUser: number
}

/**
 * The events that a user should have in the mean. From 8 on users are of the last class of a blend (`EVENTS_FROM`), so
 * more of them tell no longer who the user is.
 */
const ENOUGH = 8

/**
 * Chooses what to train on where not all fits. The newest events go first: what users want changes, and models of the
 * newest weeks are the better ones (Verachtert, Jeunen and Goethals, "Are we forgetting something? Correctly evaluate a
 * recommender system with an optimal training window", PERSPECTIVES at RecSys 2022). A window that leaves users with
 * too little teaches nothing of what follows on what. So it is as long as users need. Then some of the users are left
 * out whole: samples of users keep the order of recommenders, samples of events do not (Sachdeva, Wu and McAuley, "On
 * sampling collaborative filtering datasets", WSDM 2022).
 */
export function choose({ windows, events, users }: Census, room: Room): Choice {
  const all = windows.at(-1)
  if (!all || shareOf(all, room) === 1) return EVERYTHING
  const enough = Math.min(ENOUGH, events / users / 2)
  const isEnough = (window: Window) => window.events / window.users >= enough
  const tooLong = windows.findIndex(window => shareOf(window, room) < 1)
  const longest = windows[tooLong - 1]
  if (longest && isEnough(longest) && !isMuchLess(longest, windows[tooLong]!, room))
    return { from: longest.from, share: 1 }
  const sampled = windows.find((window, at) => at >= tooLong && isEnough(window)) ?? all
  return { from: sampled === all ? EVERYTHING.from : sampled.from, share: shareOf(sampled, room) }
}

/** The share of a window's users that there is room for. */
function shareOf({ events, users }: Window, room: Room): number {
  const bytes = events * room.bytesAnEvent + users * room.bytesAUser
  return Math.max(0, Math.min(1, room.events / events, room.users / users, room.bytes / bytes))
}

/** Whether a sample of a window with one more bucket of times has far more events, as where all are of one day. */
function isMuchLess(window: Window, longer: Window, room: Room): boolean {
  return window.events < (longer.events * shareOf(longer, room)) / 2
}

/**
 * Returns whether an event is chosen. The users are the same at each training, and of a smaller share some of those of
 * a greater one. It is asked user by user.
 */
export function isChosenBy({ from, share }: Choice): (userId: string, timestampMs: number) => boolean {
  if (share === 1) return (_, timestampMs) => timestampMs >= from
  let user: string | undefined
  let isSampled = false
  return (userId, timestampMs) => {
    if (timestampMs < from) return false
    if (userId !== user) {
      user = userId
      isSampled = placeOf(userId) < share
    }
    return isSampled
  }
}

/** A number from 0 to 1 that a user has for ever, evenly among users. */
export function placeOf(userId: string): number {
  return digestOf(userId) / 2 ** 48
}
