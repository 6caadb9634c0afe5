import type { RefObject } from 'react'
import type { Fault } from '../../shared/filter-check.ts'
import { paintedLexemes } from './lexemes.ts'

interface Props {
  readonly text: string
  readonly fault?: Fault | undefined
  /** A place whose position on the page is asked for. */
  readonly mark?: { readonly at: number; readonly ref: RefObject<HTMLSpanElement | null> } | undefined
}

/** Shows an expression with its parts in colours, and its fault underlined. A screen reader has the field itself. */
export function Painted({ text, fault, mark }: Props) {
  const wrong = { from: fault?.at ?? -1, end: (fault?.at ?? -1) + (fault?.length ?? 0) }
  const pieces = piecesOf(text, [wrong.from, wrong.end, mark?.at ?? -1])
  return (
    <pre className="painted" aria-hidden>
      {pieces.map(({ from, end, kind }) => (
        <span key={from}>
          {mark?.at === from && <span ref={mark.ref} />}
          <span className={`${kind} ${from >= wrong.from && end <= wrong.end ? 'fault' : ''}`}>
            {text.slice(from, end)}
          </span>
        </span>
      ))}
      {mark?.at === text.length && <span ref={mark.ref} />}
      {fault?.at === text.length && text !== '' && <span className="fault"> </span>}
      {'\n'}
    </pre>
  )
}

interface Piece {
  readonly from: number
  readonly end: number
  readonly kind: string
}

/** Cuts a text at its parts, and at other places. */
function piecesOf(text: string, cuts: readonly number[]): readonly Piece[] {
  const lexemes = paintedLexemes(text)
  const ends = new Set([0, text.length, ...cuts, ...lexemes.flatMap(({ from, end }) => [from, end])])
  const places = [...ends].filter(place => place >= 0 && place <= text.length).sort((a, b) => a - b)
  return places.slice(0, -1).map((from, at) => {
    const kind = lexemes.find(lexeme => lexeme.from <= from && from < lexeme.end)?.kind ?? 'blank'
    return { from, end: places[at + 1]!, kind }
  })
}
