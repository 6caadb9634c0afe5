import { type ReactNode, useState } from 'react'
import { FormModal } from './form-modal.tsx'

interface Props {
  /** A question. */
  readonly title: string
  /** The verb on the button. */
  readonly action: string
  /** Says what will happen. */
  readonly children: ReactNode
  close(): void
  /** Does it. Where it rejects, the question stays, with the reason. */
  run(): Promise<unknown>
}

/** Asks before something is done that cannot be undone. */
export function Confirm({ title, action, children, close, run }: Props) {
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const save = async () => {
    setBusy(true)
    setError(null)
    await run().then(close, reason => {
      setError(reason)
      setBusy(false)
    })
  }
  return (
    <FormModal {...{ title, action, isBusy, error, close, save }}>
      <div>{children}</div>
    </FormModal>
  )
}
