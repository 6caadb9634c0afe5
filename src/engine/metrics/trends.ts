/**
 * The service's trend_prediction_accuracy,
 * https://docs.aws.amazon.com/personalize/latest/dg/working-with-training-metrics.html: how much the recommended items
 * rose in the interval that followed, of the most that 25 items rose. From 0 to 1; 0 where nothing rose.
 *
 * @param recommended the first 25 count
 * @param rises of each item its events of the interval that followed, less those of the one before
 */
export function trendPredictionAccuracy(recommended: ArrayLike<number>, rises: ReadonlyMap<number, number>): number {
  const best = [...rises.values()].sort((a, b) => b - a).slice(0, RECOMMENDED)
  const most = best.reduce((sum, rise) => sum + Math.max(rise, 0), 0)
  let risen = 0
  for (let at = 0; at < Math.min(RECOMMENDED, recommended.length); at++) risen += rises.get(recommended[at]!) ?? 0
  return most === 0 ? 0 : Math.min(1, Math.max(0, risen / most))
}

const RECOMMENDED = 25
