import { getPriority, setPriority } from 'node:os'

/**
 * Lowers the priority of this thread by this many steps of Linux's nice: five leave it a third of what a thread with
 * requests has. On Linux alone: elsewhere it would be that of the whole server.
 */
export function lowerPriority(steps: number): void {
  if (process.platform === 'linux') setPriority(Math.min(19, getPriority() + steps))
}
