/** A rate with as many digits as tell something. */
export function rateText(rate: number | undefined): string {
  if (rate === undefined) return '–'
  if (rate >= 100) return String(Math.round(rate))
  return rate === 0 ? '0' : rate.toFixed(rate < 1 ? 2 : 1)
}

/** A latency in milliseconds. */
export function millisecondsText(milliseconds: number | undefined): string {
  if (milliseconds === undefined) return '–'
  if (milliseconds >= 1000) return `${(milliseconds / 1000).toFixed(1)} s`
  return `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`
}

/** A part of a whole in per cent; of nothing there is no part. */
export function shareText(part: number | undefined, whole: number | undefined): string {
  if (part === undefined || whole === undefined) return '–'
  if (whole === 0 || part === 0) return '0 %'
  const share = (100 * part) / whole
  return `${share < 1 ? share.toFixed(2) : share.toFixed(0)} %`
}
