import Box from '@cloudscape-design/components/box'
import { type KeyboardEvent, useId, useLayoutEffect, useRef, useState } from 'react'
import type { Fault } from '../../shared/filter-check.ts'
import type { Completion, Completions } from './completion.ts'
import './expression-editor.css'
import { Painted } from './painted.tsx'

interface Props {
  readonly label: string
  readonly value: string
  /** The fault to mark. */
  readonly fault: Fault | undefined
  /** The id of the element that tells the fault. */
  readonly describedBy: string
  complete(text: string, caret: number): Completions
  onChange(text: string): void
}

/**
 * A field for an expression, which paints it, marks its fault, and offers what may stand at the caret. Down and Up
 * choose, Enter takes, Escape closes, and Ctrl and the space bar open.
 */
export function ExpressionEditor({ label, value, fault, describedBy, complete, onChange }: Props) {
  const field = useRef<HTMLTextAreaElement>(null)
  const marker = useRef<HTMLSpanElement>(null)
  const listId = useId()
  const [caret, setCaret] = useState(value.length)
  const [isOpen, setOpen] = useState(false)
  const [chosen, setChosen] = useState(0)
  const [place, setPlace] = useState({ left: 0, top: 0 })
  const { from, options: all } = complete(value, caret)
  const begun = value.slice(from, caret)
  const options = all.length === 1 && all[0]!.text === begun ? [] : all
  const isShown = isOpen && options.length > 0
  const at = Math.min(chosen, options.length - 1)
  useLayoutEffect(() => {
    if (marker.current) setPlace({ left: marker.current.offsetLeft, top: marker.current.offsetTop })
  }, [value, from, isShown])
  const next = useRef<number>(undefined)
  useLayoutEffect(() => {
    if (next.current === undefined) return
    field.current?.setSelectionRange(next.current, next.current)
    setCaret(next.current)
    next.current = undefined
  })
  const take = ({ text }: Completion) => {
    const rest = value.slice(caret)
    const blank = /^["$]|[.(]$/.test(text) || /^[\s,)]/.test(rest) ? '' : ' '
    next.current = from + text.length + blank.length
    setChosen(0)
    onChange(value.slice(0, from) + text + blank + rest)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === ' ' && event.ctrlKey) setOpen(true)
    else if (!isShown) return
    else if (event.key === 'ArrowDown') setChosen((at + 1) % options.length)
    else if (event.key === 'ArrowUp') setChosen((at + options.length - 1) % options.length)
    else if (event.key === 'Enter') take(options[at]!)
    else if (event.key === 'Escape') setOpen(false)
    else return
    event.preventDefault()
  }
  return (
    <Box>
      <div className="expression">
        <Painted text={value} fault={fault} mark={{ at: from, ref: marker }} />
        <textarea
          ref={field}
          value={value}
          rows={3}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          aria-label={label}
          aria-describedby={describedBy}
          aria-invalid={fault !== undefined}
          aria-autocomplete="list"
          aria-controls={isShown ? listId : undefined}
          aria-activedescendant={isShown ? `${listId}-${at}` : undefined}
          onKeyDown={onKeyDown}
          onSelect={event => setCaret(event.currentTarget.selectionStart)}
          onChange={event => {
            setOpen(true)
            setChosen(0)
            setCaret(event.target.selectionStart)
            onChange(event.target.value)
          }}
          onBlur={() => setOpen(false)}
        />
        {isShown && <CompletionList id={listId} options={options} active={at} place={place} take={take} />}
      </div>
    </Box>
  )
}

interface ListProps {
  readonly id: string
  readonly options: readonly Completion[]
  /** The index of the one that Enter takes. */
  readonly active: number
  readonly place: { readonly left: number; readonly top: number }
  take(option: Completion): void
}

/** The focus stays in the field, which names the active option and takes the keys. */
function CompletionList({ id, options, active, place, take }: ListProps) {
  return (
    <div id={id} className="completions" role="listbox" aria-label="What may stand here" style={place}>
      {options.map((option, index) => (
        <div
          key={option.text}
          id={`${id}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === active}
          onMouseDown={event => {
            event.preventDefault()
            take(option)
          }}
        >
          <code>{option.text}</code> <small>{option.detail}</small>
        </div>
      ))}
    </div>
  )
}
