import type { OperationName } from '../../contract/shapes.ts'
import { nearestName } from '../../datasets/names.ts'
import type { Log } from '../../log.ts'
import { NAMES_MAX, shownName } from './unknown-properties.ts'

/**
 * Returns a function that logs a member that the model of an operation lacks, and that is left out. It logs each once,
 * with the member that is probably meant, and 100 at most, so that a client with invented names cannot fill the log.
 */
export function openUnknownMembers(log: Pick<Log, 'warn'>) {
  const logged = new Set<string>()
  return (operation: OperationName, key: string, known: ReadonlySet<string>): void => {
    const member = shownName(key)
    const id = `${operation} ${member}`
    if (logged.has(id) || logged.size === NAMES_MAX) return
    logged.add(id)
    const perhaps = nearestName(member, [...known])
    log.warn({ operation, member, perhaps }, 'a member is not one of the operation: it is left out')
  }
}
