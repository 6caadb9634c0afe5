const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i

/** Returns a number, or that of a decimal text, which CloudFormation takes for it; NaN of anything else. */
export function decimal(value: unknown): number {
  if (typeof value === 'string' && DECIMAL.test(value.trim())) return Number(value)
  return typeof value === 'number' ? value : Number.NaN
}
