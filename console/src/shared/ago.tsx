import { distance, exactText } from './time.ts'

/** Shows how long ago something was; the pointer shows the exact time. */
export function Ago({ time }: { readonly time: Date | string | number | undefined }) {
  if (time === undefined) return '–'
  return (
    <time dateTime={new Date(time).toISOString()} title={exactText(time)}>
      {distance(time)}
    </time>
  )
}
