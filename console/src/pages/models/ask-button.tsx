import Button from '@cloudscape-design/components/button'
import { type ReactNode, useState } from 'react'
import { Confirm } from '../../shared/confirm.tsx'

interface Props {
  /** Such as `Delete`. */
  readonly verb: string
  /** The resource that it is done to, such as `campaign home`. */
  readonly what: string
  /** The consequence. */
  readonly children: ReactNode
  run(): Promise<unknown>
}

/** A button that asks before it does what cannot be undone. */
export function AskButton({ verb, what, children, run }: Props) {
  const [isAsking, setAsking] = useState(false)
  return (
    <>
      <Button variant="inline-link" ariaLabel={`${verb} the ${what}`} onClick={() => setAsking(true)}>
        {verb}
      </Button>
      {isAsking && (
        <Confirm title={`${verb} the ${what}?`} action={verb} close={() => setAsking(false)} run={run}>
          {children}
        </Confirm>
      )}
    </>
  )
}
