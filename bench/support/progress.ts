import { Presets, SingleBar } from 'cli-progress'

export interface ProgressBar {
  add(count: number): void
  done(): void
}

/** A progress bar in a terminal; elsewhere nothing. */
export function progress(what: string, total: number): ProgressBar {
  if (!process.stderr.isTTY) return { add() {}, done() {} }
  const bar = new SingleBar({ format: `${what} {bar} {percentage}% {eta}s left`, stream: process.stderr }, Presets.rect)
  bar.start(total, 0)
  return { add: count => bar.increment(count), done: () => bar.stop() }
}
