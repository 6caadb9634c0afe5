import type { FlashbarProps } from '@cloudscape-design/components/flashbar'
import { createContext, lazy, type ReactNode, Suspense, use, useMemo, useState } from 'react'

/** Loaded with the first note. */
const Flashbar = lazy(() => import('@cloudscape-design/components/flashbar'))

/** Something that the person is told above every page until it is dismissed. */
interface Note {
  readonly type: 'success' | 'error' | 'info' | 'warning'
  readonly header: string
  readonly content?: ReactNode
}

interface Notes {
  readonly items: readonly FlashbarProps.MessageDefinition[]
  /** Shows a note, above the earlier ones. */
  add(note: Note): void
}

const Current = createContext<Notes>({ items: [], add() {} })

/** The most that are shown. Older ones go. */
const MOST = 5

/** Keeps the notes of all pages. */
export function NotesProvider({ children }: { readonly children: ReactNode }) {
  const [notes, setNotes] = useState<readonly (Note & { readonly id: string })[]>([])
  const value = useMemo<Notes>(
    () => ({
      items: notes.map(note => ({
        ...note,
        dismissible: true,
        dismissLabel: 'Dismiss',
        onDismiss: () => setNotes(all => all.filter(({ id }) => id !== note.id)),
      })),
      add: note => setNotes(all => [{ ...note, id: crypto.randomUUID() }, ...all].slice(0, MOST)),
    }),
    [notes],
  )
  return <Current value={value}>{children}</Current>
}

/** Returns the function that shows a note above every page. */
export function useNote(): Notes['add'] {
  return use(Current).add
}

/** The notes, newest first. */
export function NoteBar() {
  const { items } = use(Current)
  if (items.length === 0) return null
  return (
    <Suspense>
      <Flashbar items={items} stackItems />
    </Suspense>
  )
}
