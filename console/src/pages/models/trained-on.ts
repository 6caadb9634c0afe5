/** The part of the events that a model was trained on, as `/inspect/model` shows it. */
export interface TrainedOn {
  readonly events: number
  readonly eventsTotal: number
  readonly users: number
  readonly usersTotal: number
  readonly oldest?: string
}

/** How much a model was trained on, in a sentence. */
export function trainedOnText({ events, eventsTotal, users, usersTotal, oldest }: TrainedOn): string {
  const since = oldest === undefined ? '' : `, the oldest of ${oldest.slice(0, 10)}`
  if (events === eventsTotal) return `Trained on all ${inWords(events)} events of ${inWords(users)} users${since}.`
  return (
    `Trained on ${inWords(events)} of ${inWords(eventsTotal)} events${since}, ` +
    `of ${inWords(users)} of ${inWords(usersTotal)} users.`
  )
}

const inWords = (count: number) => count.toLocaleString('en')
