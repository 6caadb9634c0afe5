import { nearestName } from '../datasets/names.ts'

const PREFIX = 'PERSONALITE_'

/** The variables that have no flag, but for those of tests. */
const WITHOUT_FLAG = ['CONFIG', 'SECRET_ACCESS_KEY', 'SESSION_TOKEN', 'METRICS_TOKEN', 'EMBEDDING_MODEL']

/** Kubernetes sets such of a service whose name begins with `personalite`. */
const OF_KUBERNETES = /(^|_)(SERVICE|PORT)_/

/**
 * Returns the variables that are probably misspelt, each with the one that is meant. A file of settings may have no
 * unknown names. The environment is everybody's: programs beside this one may have a `PERSONALITE_URL`.
 * @param names of all variables
 * @param settings the variables that settings have
 */
export function misspelt(names: readonly string[], settings: readonly string[]): ReadonlyMap<string, string> {
  const known = [...settings, ...WITHOUT_FLAG.map(name => PREFIX + name)]
  const ends = known.map(name => name.slice(PREFIX.length))
  const meant = new Map<string, string>()
  for (const name of names) {
    const end = name.slice(PREFIX.length)
    if (!name.startsWith(PREFIX) || known.includes(name) || OF_KUBERNETES.test(end) || end.startsWith('TEST_')) continue
    const nearest = nearestName(end, ends)
    if (nearest !== undefined) meant.set(name, PREFIX + nearest)
  }
  return meant
}
