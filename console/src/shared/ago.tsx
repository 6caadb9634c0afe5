import { distance, exact } from './time.ts'

/** Shows how long ago something was; the pointer shows the exact time. */
export function Ago({ time }: { readonly time: Date | string | number | undefined }) {
  if (time === undefined) return '–'
  return (
    <time dateTime={new Date(time).toISOString()} title={exact(time)}>
      {distance(time)}
    </time>
  )
}
