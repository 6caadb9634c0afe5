import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { type ReactNode, useState } from 'react'
import { Failure } from './failure.tsx'

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
  const [isRunning, setRunning] = useState(false)
  const [failure, setFailure] = useState<unknown>()
  const confirm = async () => {
    setRunning(true)
    setFailure(undefined)
    await run().then(close, error => {
      setFailure(error)
      setRunning(false)
    })
  }
  return (
    <Modal
      visible
      header={title}
      onDismiss={close}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={close}>
              Cancel
            </Button>
            <Button variant="primary" loading={isRunning} onClick={confirm}>
              {action}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <div>{children}</div>
        {failure !== undefined && <Failure error={failure} />}
      </SpaceBetween>
    </Modal>
  )
}
