import { Presets, SingleBar } from 'cli-progress'

interface ProgressBar {
  add(count: number): void
  done(): void
}

/** Shows a progress bar in a terminal, and nothing elsewhere. */
export function progress(what: string, total: number): ProgressBar {
  if (!process.stderr.isTTY) return { add() {}, done() {} }
  const bar = new SingleBar({ format: `${what} {bar} {percentage}% {eta}s left`, stream: process.stderr }, Presets.rect)
  bar.start(total, 0)
  return { add: count => bar.increment(count), done: () => bar.stop() }
}
