import './marked.css'
import type { Fault } from './filter-check.ts'

/** Shows a text with its wrong part underlined. */
export function Marked({ text, fault: { at = 0, length = 0 } }: { readonly text: string; readonly fault: Fault }) {
  return (
    <code className="marked">
      {text.slice(0, at)}
      <mark className="wrong">{length === 0 ? ' ' : text.slice(at, at + length)}</mark>
      {text.slice(at + length)}
    </code>
  )
}
